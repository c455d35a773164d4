import { expect, test } from 'vitest'

import { parseDurationMs, parseSizeBytes } from '../../src/core/units.ts'

test.each([
  ['4096', 4096],
  [4096, 4096],
  ['0', 0],
  ['1b', 1],
  ['1kB', 1000],
  ['1KiB', 1024],
  ['500 MB', 500_000_000],
  ['1MiB', 1_048_576],
  [' 1.5 GiB ', 1_610_612_736],
  ['2gb', 2_000_000_000],
  ['1TB', 1_000_000_000_000],
  ['1TiB', 1_099_511_627_776],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
])('reads %j as a size', (text, bytes) => {
  expect(parseSizeBytes(text)).toBe(bytes)
})

test.each([
  '',
  ' ',
  'MiB',
  '-1',
  '+1',
  '1e3',
  '.5MiB',
  '1.MiB',
  '1 M',
  '1 MiBs',
  '1,5MiB',
  '1 MiB 2',
  '9007199254740992',
  '9000TiB',
  '1 constructor',
  NaN,
  Infinity,
  -1,
  1e21,
])('knows that %j is no size', (text) => {
  expect(parseSizeBytes(text)).toBe(undefined)
})

test.each([
  ['250', 250],
  [250, 250],
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5 m', 90_000],
  ['2H', 7_200_000],
  ['30d', 2_592_000_000],
])('reads %j as a duration', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms)
})

test.each(['', 's', '1 week', '1min', '-1s', '1s2', 'Infinity', '1 toString'])(
  'knows that %j is no duration',
  (text) => {
    expect(parseDurationMs(text)).toBe(undefined)
  },
)
