import { expect, test } from 'vitest'

import { maxRangeSpecs, parseRangeHeader } from '../../src/core/range-header.ts'

const open = Number.MAX_SAFE_INTEGER

test.each([
  ['bytes=0-499', [{ kind: 'from', first: 0, last: 499 }]],
  ['bytes=9500-', [{ kind: 'from', first: 9500, last: open }]],
  ['bytes=-500', [{ kind: 'suffix', suffixLength: 500 }]],
  ['bytes=-0', [{ kind: 'suffix', suffixLength: 0 }]],
  ['bytes=7-7', [{ kind: 'from', first: 7, last: 7 }]],
  ['bytes=007-010', [{ kind: 'from', first: 7, last: 10 }]],
  [
    'bytes=0-0,-1',
    [
      { kind: 'from', first: 0, last: 0 },
      { kind: 'suffix', suffixLength: 1 },
    ],
  ],
])('reads %s', (header, specs) => {
  expect(parseRangeHeader(header)).toEqual(specs)
})

test.each(['BYTES=0-1', 'Bytes=0-1', 'bYtEs=0-1'])('reads %s: case of the unit', (header) => {
  expect(parseRangeHeader(header)).toEqual([{ kind: 'from', first: 0, last: 1 }])
})

test.each(['bytes=,0-1', 'bytes=0-1,', 'bytes=, ,\t,0-1 , ,', 'bytes= 0-1 '])(
  'skips empty elements and white space of %j',
  (header) => {
    expect(parseRangeHeader(header)).toEqual([{ kind: 'from', first: 0, last: 1 }])
  },
)

test.each([
  null,
  '',
  'bytes',
  'bytes=',
  'bytes=,',
  'bytes=-',
  'bytes=--1',
  'bytes=0',
  'bytes=a-b',
  'bytes=0-1-2',
  'bytes=0x0-1',
  'bytes=+1-2',
  'bytes=1.5-2',
  'bytes=1e3-',
  'bytes=0 - 1',
  'bytes=0-1;2-3',
  'bytes=0-1,x',
  'bytes=1-0',
  'bytes=0-1,5-4',
  'bytes 0-1',
  'xbytes=0-1',
  'sectors=0-1',
  'none=0-1',
])('ignores %j', (header) => {
  expect(parseRangeHeader(header)).toBe(undefined)
})

test.each([
  ['9007199254740991-', open, open],
  ['9007199254740992-', open, open],
  ['0-9007199254740993', 0, open],
  [`5-${'9'.repeat(400)}`, 5, open],
  [`${'9'.repeat(400)}-`, open, open],
])('clamps the numbers of %s, past 2^53, beyond any disk', (element, first, last) => {
  expect(parseRangeHeader(`bytes=${element}`)).toEqual([{ kind: 'from', first, last }])
})

test('clamps a suffix past 2^53', () => {
  const specs = [{ kind: 'suffix', suffixLength: open }]
  expect(parseRangeHeader('bytes=-18446744073709551616')).toEqual(specs)
})

test.each([
  ['9007199254740993-9007199254740992', true],
  ['9007199254740992-9007199254740993', false],
  [`${'9'.repeat(400)}-${'9'.repeat(399)}8`, true],
  [`${'9'.repeat(400)}-${'9'.repeat(400)}`, false],
])('sees whether %s is backwards, digit by digit', (element, isBackwards) => {
  expect(parseRangeHeader(`bytes=${element}`) === undefined).toBe(isBackwards)
})

test('ignores a header of more elements than an honest client sends', () => {
  const header = (count: number): string => `bytes=${Array(count).fill('0-0').join(', ,')}`
  expect(parseRangeHeader(header(maxRangeSpecs))).toHaveLength(maxRangeSpecs)
  expect(parseRangeHeader(header(maxRangeSpecs + 1))).toBe(undefined)
})
