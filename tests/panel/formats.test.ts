import { expect, test } from 'vitest'
import { formatAge } from '../../src/panel/format-age.ts'
import { formatBytes } from '../../src/panel/format-bytes.ts'
import { formatCount, formatCounted } from '../../src/panel/format-count.ts'
import { formatDuration, formatTimeLeft } from '../../src/panel/format-duration.ts'
import { formatPercent } from '../../src/panel/format-percent.ts'

/** The formatters write no-break spaces; the tables below are easier to read without. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [12 * 2 ** 20, '12.0 MiB'],
  [99.94 * 2 ** 20, '99.9 MiB'],
  [99.96 * 2 ** 20, '100 MiB'],
  [128 * 2 ** 20, '128 MiB'],
  [2 ** 20 - 1, '1.0 MiB'],
  [2 ** 30 - 1, '1.0 GiB'],
  [1.5 * 2 ** 40, '1.5 TiB'],
  [5000 * 2 ** 50, '5000 PiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(plain(formatBytes(bytes))).toBe(text)
})

test('keeps number and unit on one line', () => {
  expect(formatBytes(2048)).toBe('2.0\u00a0KiB')
})

test.each([
  [0.36, '0.4 ms'],
  [9.97, '10 ms'],
  [120.4, '120 ms'],
  [999.7, '1.0 s'],
  [9_420, '9.4 s'],
  [59_990, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms are %s', (durationMs, text) => {
  expect(plain(formatDuration(durationMs))).toBe(text)
})

test.each([
  [0, '1 s left'],
  [4.2, '5 s left'],
  [59.5, '1 min left'],
  [121, '2 min 10 s left'],
])('%d seconds to go are told as %s', (seconds, text) => {
  expect(plain(formatTimeLeft(seconds))).toBe(text)
})

test.each([
  [0, '0%'],
  [0.0001, '<0.1%'],
  [0.0142, '1.4%'],
  [0.0996, '10%'],
  [0.19, '19%'],
  [0.9999, '99.9%'],
  [1, '100%'],
])('a share of %d is %s', (share, text) => {
  expect(formatPercent(share)).toBe(text)
})

test('groups large counts and matches the noun to the number', () => {
  expect(formatCount(2048)).toBe('2,048')
  expect(plain(formatCounted(1, 'chunk'))).toBe('1 chunk')
  expect(plain(formatCounted(12, 'chunk'))).toBe('12 chunks')
})

test('tells ages in the largest unit that fits, and never the future', () => {
  expect(formatAge(1_000_000, 1_030_000)).toBe('just now')
  expect(formatAge(1_000_000, 900_000)).toBe('just now')
  expect(formatAge(0, 130_000)).toBe('2 minutes ago')
  expect(formatAge(0, 86_400_000)).toBe('yesterday')
})
