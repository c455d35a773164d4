import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { ByteRange } from '../../src/core/byte-range.ts'
import { parseRangeHeader } from '../../src/core/range-header.ts'
import { resolveRanges } from '../../src/core/resolve-ranges.ts'

function resolve(header: string, size: number): ByteRange[] | undefined {
  const specs = parseRangeHeader(header)
  return specs === undefined ? undefined : resolveRanges(specs, size)
}

test.each([
  ['bytes=0-499', 10_000, { start: 0, end: 500 }],
  ['bytes=500-999', 10_000, { start: 500, end: 1000 }],
  ['bytes=9500-', 10_000, { start: 9500, end: 10_000 }],
  ['bytes=-500', 10_000, { start: 9500, end: 10_000 }],
  ['bytes=9999-9999', 10_000, { start: 9999, end: 10_000 }],
  ['bytes=0-', 1, { start: 0, end: 1 }],
])('resolves %s of %i bytes', (header, size, range) => {
  expect(resolve(header, size)).toEqual([range])
})

test.each([
  ['the last position to size - 1', 'bytes=9500-20000', { start: 9500, end: 10_000 }],
  ['a suffix that is longer than the disk', 'bytes=-20000', { start: 0, end: 10_000 }],
  ['a last position past 2^53', 'bytes=1-18446744073709551615', { start: 1, end: 10_000 }],
  ['a suffix past 2^53', 'bytes=-18446744073709551615', { start: 0, end: 10_000 }],
])('clamps %s', (_, header, range) => {
  expect(resolve(header, 10_000)).toEqual([range])
})

test.each(['bytes=10000-', 'bytes=10000-10001', 'bytes=-0', 'bytes=99999999999999999999-'])(
  'finds nothing satisfiable in %s of 10000 bytes',
  (header) => {
    expect(resolve(header, 10_000)).toEqual([])
  },
)

test.each(['bytes=0-0', 'bytes=0-', 'bytes=-1', 'bytes=1-2, -0'])(
  'finds nothing satisfiable in %s of an empty disk',
  (header) => {
    expect(resolve(header, 0)).toEqual([])
  },
)

test('leaves out what is unsatisfiable, and keeps the rest', () => {
  expect(resolve('bytes=5000-, -0, 0-9', 1000)).toEqual([{ start: 0, end: 10 }])
})

test('keeps the order of the request for ranges that lie apart', () => {
  expect(resolve('bytes=5000-5009, 0-9, 1000-1009', 10_000)).toEqual([
    { start: 5000, end: 5010 },
    { start: 0, end: 10 },
    { start: 1000, end: 1010 },
  ])
})

test.each([
  ['overlap', 'bytes=100-300, 0-200', [{ start: 0, end: 301 }]],
  ['touch', 'bytes=0-99, 100-199', [{ start: 0, end: 200 }]],
  ['are equal', 'bytes=0-9, 0-9', [{ start: 0, end: 10 }]],
  ['lie in each other', 'bytes=0-99, 10-19', [{ start: 0, end: 100 }]],
])('answers ranges that %s as one', (_, header, ranges) => {
  expect(resolve(header, 10_000)).toEqual(ranges)
})

test('answers ranges with a byte between them one by one', () => {
  expect(resolve('bytes=0-9, 11-19', 10_000)).toHaveLength(2)
})

test('finds the end of a disk of 8 PiB', () => {
  const size = Number.MAX_SAFE_INTEGER
  expect(resolve('bytes=-1', size)).toEqual([{ start: size - 1, end: size }])
  expect(resolve('bytes=0-', size)).toEqual([{ start: 0, end: size }])
  expect(resolve('bytes=9007199254740992-', size)).toEqual([])
})

const position = fc.oneof(
  fc.integer({ min: 0, max: 700 }).map(String),
  fc.constantFrom('9007199254740991', '9007199254740992', '99999999999999999999', '007'),
)
const element = fc.oneof(
  fc.tuple(position, position).map(([first, last]) => `${first}-${last}`),
  position.map((first) => `${first}-`),
  position.map((length) => `-${length}`),
  fc.constantFrom('', ' ', '\t'),
)
const header = fc
  .tuple(fc.constantFrom('bytes', 'BYTES', 'Bytes'), fc.array(element, { maxLength: 6 }))
  .chain(([unit, elements]) =>
    fc.constantFrom(',', ', ', ' ,\t').map((comma) => `${unit}=${elements.join(comma)}`),
  )

/** Which of `size` bytes the header asks for, by looking at each; `undefined` where it is to be ignored. */
function wantedBytes(text: string, size: number): boolean[] | undefined {
  const elements = text
    .slice('bytes='.length)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (elements.length === 0) return undefined
  const wanted = Array<boolean>(size).fill(false)
  for (const part of elements) {
    const [first = '', last = ''] = part.split('-')
    if (first !== '' && last !== '' && BigInt(last) < BigInt(first)) return undefined
    for (let at = 0; at < size; at++) {
      const isIn =
        first === ''
          ? BigInt(at) >= BigInt(size) - BigInt(last)
          : BigInt(at) >= BigInt(first) && (last === '' || BigInt(at) <= BigInt(last))
      if (isIn) wanted[at] = true
    }
  }
  return wanted
}

/** The runs of wanted bytes. */
function runsOf(wanted: readonly boolean[]): ByteRange[] {
  const runs: { start: number; end: number }[] = []
  wanted.forEach((isWanted, at) => {
    if (!isWanted) return
    const last = runs.at(-1)
    if (last !== undefined && at === last.end) last.end = at + 1
    else runs.push({ start: at, end: at + 1 })
  })
  return runs
}

test('answers exactly the bytes that a byte-by-byte reading of the header asks for', () => {
  fc.assert(
    fc.property(header, fc.integer({ min: 0, max: 600 }), (text, size) => {
      const wanted = wantedBytes(text, size)
      const ranges = resolve(text, size)
      const sorted = ranges?.toSorted((a, b) => a.start - b.start)
      expect(sorted).toEqual(wanted && runsOf(wanted))
    }),
    { numRuns: 1000 },
  )
})

test('never throws, and never goes beyond the disk, whatever the header', () => {
  const noise = fc.string({ unit: fc.constantFrom(...'bytes=0123456789-, \t') })
  const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        noise,
        noise.map((text) => `bytes=${text}`),
      ),
      size,
      (text, end) => {
        for (const range of resolve(text, end) ?? []) {
          expect(range.start).toBeGreaterThanOrEqual(0)
          expect(range.end).toBeGreaterThan(range.start)
          expect(range.end).toBeLessThanOrEqual(end)
        }
      },
    ),
  )
})
