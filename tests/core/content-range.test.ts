import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatContentRange, parseContentRange } from '../../src/core/content-range.ts'

test.each([
  ['bytes 0-499/1234', { range: { start: 0, end: 500 }, sizeBytes: 1234 }],
  ['bytes 42-1233/1234', { range: { start: 42, end: 1234 }, sizeBytes: 1234 }],
  ['bytes 42-1233/*', { range: { start: 42, end: 1234 }, sizeBytes: undefined }],
  ['bytes */1234', { range: undefined, sizeBytes: 1234 }],
  ['bytes */0', { range: undefined, sizeBytes: 0 }],
  ['BYTES 0-0/1', { range: { start: 0, end: 1 }, sizeBytes: 1 }],
])('reads %s', (field, expected) => {
  expect(parseContentRange(field)).toEqual(expected)
})

test.each([
  null,
  '',
  'bytes',
  'bytes */*',
  'bytes 0-499',
  'bytes 500-499/1000',
  'bytes 0-1000/1000',
  'bytes -1-5/10',
  'bytes 0-5/10, bytes 6-7/10',
  'bytes=0-5/10',
  'sectors 0-5/10',
  'bytes 0-9007199254740991/9007199254740992',
  'bytes 0-9007199254740991/*',
  'bytes 0-5/9007199254740993',
  'bytes 0-5/1e3',
])('does not believe %j', (field) => {
  expect(parseContentRange(field)).toBe(undefined)
})

test('reads what it writes', () => {
  const positions = fc.uniqueArray(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), {
    minLength: 2,
    maxLength: 2,
  })
  const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  fc.assert(
    fc.property(positions, size, (unsorted, extra) => {
      const [start = 0, end = 0] = unsorted.toSorted((a, b) => a - b)
      const sizeBytes = Math.min(end + extra, Number.MAX_SAFE_INTEGER)
      const range = { start, end }
      expect(parseContentRange(formatContentRange(range, sizeBytes))).toEqual({ range, sizeBytes })
      const refusal = formatContentRange(undefined, sizeBytes)
      expect(parseContentRange(refusal)).toEqual({ range: undefined, sizeBytes })
    }),
  )
})

test('writes positions inclusively', () => {
  expect(formatContentRange({ start: 512, end: 1024 }, 4096)).toBe('bytes 512-1023/4096')
  expect(formatContentRange(undefined, 4096)).toBe('bytes */4096')
})
