import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { ByteRange } from '../../src/core/byte-range.ts'
import { createReadahead } from '../../src/core/readahead.ts'
import type { Readahead } from '../../src/core/readahead.ts'

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

function readaheadOf({ sizeBytes = GiB, maxWindowBytes = 4 * MiB } = {}): Readahead {
  return createReadahead({ sizeBytes, maxWindowBytes: () => maxWindowBytes })
}

/** Whether there is something to fetch; in a stream there may be nothing for now. */
function isDue(advice: ByteRange | undefined): advice is ByteRange {
  return advice !== undefined && advice.start < advice.end
}

/** Reads pieces one after the other. @returns the last advice */
function readOn(readahead: Readahead, from: number, pieces: number, length = 64 * KiB): unknown {
  let advice: ByteRange | undefined
  for (let piece = 0; piece < pieces; piece++) {
    const start = from + piece * length
    advice = readahead.onRead({ start, end: start + length })
  }
  return advice
}

test('a first read says nothing about the next one', () => {
  const readahead = readaheadOf()
  expect(readahead.onRead({ start: 0, end: 4096 })).toBeUndefined()
  expect(readahead.onRead({ start: 100 * MiB, end: 100 * MiB + 4096 })).toBeUndefined()
})

test('from the second read of a stream on, as much is fetched ahead as was read', () => {
  expect(readOn(readaheadOf(), 0, 2)).toEqual({ start: 128 * KiB, end: 256 * KiB })
})

test('the window is as long as what was read, up to the limit', () => {
  const readahead = readaheadOf({ maxWindowBytes: MiB })
  const distances: number[] = []
  for (let start = 0; start < 8 * MiB; start += 64 * KiB) {
    const end = start + 64 * KiB
    const advice = readahead.onRead({ start, end })
    if (isDue(advice)) distances.push((advice.end - end) / KiB)
  }
  expect(distances.slice(0, 5)).toEqual([128, 192, 256, 384, 512])
  expect(distances.at(-1)).toBe(1024)
})

test('a new piece is advised when half of the window has been used: few requests', () => {
  const readahead = readaheadOf({ maxWindowBytes: MiB })
  readOn(readahead, 0, 128)
  const lengths: number[] = []
  for (let start = 8 * MiB; start < 16 * MiB; start += 64 * KiB) {
    const advice = readahead.onRead({ start, end: start + 64 * KiB })
    if (isDue(advice)) lengths.push((advice.end - advice.start) / KiB)
  }
  expect(lengths).toEqual(Array.from({ length: 16 }, () => 512))
})

test('nothing is advised twice, and nothing that was read', () => {
  const readahead = readaheadOf()
  let advisedTo = 0
  for (let start = 0; start < 4 * MiB; start += 64 * KiB) {
    const advice = readahead.onRead({ start, end: start + 64 * KiB })
    if (!isDue(advice)) continue
    expect(advice.start).toBeGreaterThanOrEqual(Math.max(advisedTo, start + 64 * KiB))
    advisedTo = advice.end
  }
  expect(advisedTo).toBeGreaterThan(4 * MiB)
})

test('a stream that goes backwards is followed', () => {
  const readahead = readaheadOf()
  readahead.onRead({ start: 10 * MiB, end: 10 * MiB + 64 * KiB })
  const advice = readahead.onRead({ start: 10 * MiB - 64 * KiB, end: 10 * MiB })
  expect(advice).toEqual({ start: 10 * MiB - 192 * KiB, end: 10 * MiB - 64 * KiB })
})

test('streams that are read in turn are told apart', () => {
  const readahead = readaheadOf()
  const starts = [0, 10 * MiB, 20 * MiB, 30 * MiB]
  const advised = new Set<number>()
  for (let piece = 0; piece < 4; piece++) {
    for (const start of starts) {
      const at = start + piece * 64 * KiB
      if (isDue(readahead.onRead({ start: at, end: at + 64 * KiB }))) advised.add(start)
    }
  }
  expect([...advised]).toEqual(starts)
})

test('a stream outlives some random reads, and is forgotten after many', () => {
  const readahead = readaheadOf()
  const jumpAbout = (count: number): void => {
    for (let at = 0; at < count; at++) readOn(readahead, (100 + at) * MiB, 1)
  }
  readOn(readahead, 0, 4)
  jumpAbout(8)
  expect(readOn(readahead, 4 * 64 * KiB, 2)).toMatchObject({ start: 512 * KiB })
  jumpAbout(16)
  expect(readOn(readahead, 6 * 64 * KiB, 1)).toBeUndefined()
})

test('small gaps do not end a stream', () => {
  const readahead = readaheadOf()
  readahead.onRead({ start: 0, end: 64 * KiB })
  expect(readahead.onRead({ start: 96 * KiB, end: 160 * KiB })).toEqual({
    start: 160 * KiB,
    end: 288 * KiB,
  })
})

test('a gap that is longer than what was read ends a stream: random reads come near each other by chance', () => {
  const readahead = readaheadOf()
  readahead.onRead({ start: 0, end: 4 * KiB })
  expect(readahead.onRead({ start: 32 * KiB, end: 36 * KiB })).toBeUndefined()
})

test('a gap of more than 64 KiB ends a stream, however long it is', () => {
  const readahead = readaheadOf({ maxWindowBytes: 4 * KiB })
  readOn(readahead, 0, 32)
  expect(readOn(readahead, 2 * MiB + 72 * KiB, 1)).toBeUndefined()
})

test('a stream that turns round is followed the other way, and begins small again', () => {
  const readahead = readaheadOf()
  readOn(readahead, 10 * MiB, 32)
  const advice = readahead.onRead({ start: 10 * MiB - 64 * KiB, end: 10 * MiB }) as ByteRange
  expect(advice.end).toBe(10 * MiB - 64 * KiB)
  expect(advice.end - advice.start).toBeLessThanOrEqual(64 * KiB)
})

test('a jump within what was fetched ahead goes on with the stream', () => {
  const readahead = readaheadOf()
  readOn(readahead, 0, 32)
  expect(readOn(readahead, 3 * MiB, 1)).toBeDefined()
})

test('reading again what was read advises nothing, and does not disturb the stream', () => {
  const readahead = readaheadOf()
  readOn(readahead, 0, 2)
  expect(readOn(readahead, 0, 2)).toBeUndefined()
  expect(readOn(readahead, 128 * KiB, 1)).toEqual({ start: 256 * KiB, end: 384 * KiB })
})

test('nothing is fetched beyond the ends of the disk', () => {
  const sizeBytes = 200 * KiB
  expect(readOn(readaheadOf({ sizeBytes }), 0, 2)).toEqual({ start: 128 * KiB, end: sizeBytes })
  const backwards = readaheadOf({ sizeBytes })
  readOn(backwards, 128 * KiB, 1)
  expect(readOn(backwards, 64 * KiB, 1)).toEqual({ start: 0, end: 64 * KiB })
})

test('a limit of 0 advises nothing', () => {
  const advice = readOn(readaheadOf({ maxWindowBytes: 0 }), 0, 10)
  expect(advice).toEqual({ start: 640 * KiB, end: 640 * KiB })
})

test('a stream is one too while less than half of its window has been used', () => {
  const readahead = readaheadOf({ maxWindowBytes: MiB })
  readOn(readahead, 0, 128)
  const advice = Array.from({ length: 8 }, (_, piece) =>
    readahead.onRead({ start: 8 * MiB + piece * 64 * KiB, end: 8 * MiB + (piece + 1) * 64 * KiB }),
  )
  expect(advice.map(isDue).filter(Boolean)).toHaveLength(1)
  expect(advice).not.toContain(undefined)
})

test('streams that end before their window is used make later windows shorter', () => {
  const readahead = readaheadOf()
  const first = readOn(readahead, 0, 2) as ByteRange
  for (let at = 1; at < 40; at++) readOn(readahead, at * 10 * MiB, 2)
  const later = readOn(readahead, 990 * MiB, 2) as ByteRange
  expect(later.end - later.start).toBeLessThanOrEqual((first.end - first.start) / 4)
})

test('what happened long ago counts less: waste makes windows shorter after any amount of success', () => {
  const readahead = readaheadOf({ maxWindowBytes: MiB })
  readOn(readahead, 0, 4096)
  for (let at = 0; at < 60; at++) readOn(readahead, (300 + at * 10) * MiB, 4)
  const later = readOn(readahead, 990 * MiB, 2) as ByteRange
  expect(later.end - later.start).toBeLessThan(96 * KiB)
})

test('what was fetched ahead of a stream that turns round was in vain', () => {
  const readahead = readaheadOf()
  for (let at = 1; at < 12; at++) {
    readOn(readahead, at * 20 * MiB, 2)
    readOn(readahead, at * 20 * MiB - 64 * KiB, 1)
  }
  const later = readOn(readahead, 990 * MiB, 2) as ByteRange
  expect(later.end - later.start).toBeLessThan(96 * KiB)
})

test('a stream that is used makes the windows longer again', () => {
  const readahead = readaheadOf({ maxWindowBytes: MiB })
  for (let at = 1; at < 40; at++) readOn(readahead, at * 10 * MiB, 2)
  readOn(readahead, 500 * MiB, 1024)
  const later = readOn(readahead, 990 * MiB, 2) as ByteRange
  expect(later.end - later.start).toBeGreaterThan(96 * KiB)
})

test('whatever is read, advice lies on the disk and outside of the read, and is no longer than the limit', () => {
  const sizeBytes = MiB
  const read = fc
    .tuple(fc.nat(sizeBytes - 1), fc.integer({ min: 1, max: 200_000 }))
    .map(([start, length]) => ({ start, end: Math.min(sizeBytes, start + length) }))
  fc.assert(
    fc.property(fc.array(read, { maxLength: 60 }), (reads) => {
      const readahead = readaheadOf({ sizeBytes, maxWindowBytes: 100_000 })
      for (const wanted of reads) {
        const advice = readahead.onRead(wanted)
        if (advice === undefined) continue
        expect(advice.start).toBeGreaterThanOrEqual(0)
        expect(advice.end).toBeLessThanOrEqual(sizeBytes)
        expect(advice.end).toBeGreaterThanOrEqual(advice.start)
        expect(advice.end - advice.start).toBeLessThanOrEqual(100_000)
        expect(advice.start >= wanted.end || advice.end <= wanted.start).toBe(true)
      }
    }),
  )
})
