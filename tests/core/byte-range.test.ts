import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  describeRange,
  intersectRanges,
  coalesceRanges,
  totalBytesOf,
} from '../../src/core/byte-range.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'

const range = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }))
  .map(([start, length]) => ({ start, end: start + length }))

function positionsOf(ranges: readonly ByteRange[]): Set<number> {
  const positions = new Set<number>()
  for (const { start, end } of ranges) for (let at = start; at < end; at++) positions.add(at)
  return positions
}

test('what lies in both ranges is what lies in each', () => {
  fc.assert(
    fc.property(range, range, (a, b) => {
      const inB = positionsOf([b])
      const common = new Set([...positionsOf([a])].filter((at) => inB.has(at)))
      const found = intersectRanges(a, b)
      expect(found === undefined ? new Set() : positionsOf([found])).toEqual(common)
      expect(found === undefined).toBe(common.size === 0)
    }),
  )
})

test('coalesced ranges hold the same bytes, and lie apart', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
      const merged = coalesceRanges(ranges).sort((a, b) => a.start - b.start)
      expect(positionsOf(merged)).toEqual(positionsOf(ranges))
      expect(totalBytesOf(merged)).toBe(positionsOf(ranges).size)
      merged.forEach(({ start }, at) => {
        if (at > 0) expect(start).toBeGreaterThan(merged[at - 1]?.end ?? Infinity)
      })
    }),
  )
})

test('keeps the order, with a joined range where its first part stood', () => {
  const ranges = [
    { start: 50, end: 60 },
    { start: 0, end: 2 },
    { start: 90, end: 95 },
    { start: 2, end: 4 },
  ]
  expect(coalesceRanges(ranges)).toEqual([
    { start: 50, end: 60 },
    { start: 0, end: 4 },
    { start: 90, end: 95 },
  ])
})

test('leaves the ranges that it joins as they were', () => {
  const ranges = [
    { start: 5, end: 10 },
    { start: 0, end: 6 },
  ]
  coalesceRanges(ranges)
  expect(ranges).toEqual([
    { start: 5, end: 10 },
    { start: 0, end: 6 },
  ])
})

test('describes a range as HTTP writes it', () => {
  expect(describeRange({ start: 0, end: 512 })).toBe('bytes 0-511')
})
