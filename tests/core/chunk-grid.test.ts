import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  chunkBytes,
  chunksInside,
  chunksTouching,
  countChunks,
  indicesOf,
  isChunkSize,
  joinRuns,
  partOfChunk,
  runBytes,
} from '../../src/core/chunk-grid.ts'
import type { ChunkGrid } from '../../src/core/chunk-grid.ts'

const grid = fc.record({
  sizeBytes: fc.integer({ min: 0, max: 9000 }),
  chunkSize: fc.constantFrom(512, 1024, 4096),
})
const range = fc
  .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }))
  .map(([start, length]) => ({ start, end: start + length }))

/** The chunk that each byte is in. */
function chunkOfBytes({ sizeBytes, chunkSize }: ChunkGrid): number[] {
  return Array.from({ length: sizeBytes }, (_, at) => Math.floor(at / chunkSize))
}

test('chunks follow each other without gap, and cover the disk', () => {
  fc.assert(
    fc.property(grid, (one) => {
      let at = 0
      for (const index of indicesOf({ first: 0, end: countChunks(one) })) {
        const { start, end } = chunkBytes(one, index)
        expect([start, end > start, end - start <= one.chunkSize]).toEqual([at, true, true])
        at = end
      }
      expect(at).toBe(one.sizeBytes)
    }),
  )
})

test('the chunks that touch a range are those of its bytes', () => {
  fc.assert(
    fc.property(grid, range, (one, wanted) => {
      const naive = new Set(chunkOfBytes(one).slice(wanted.start, wanted.end))
      expect([...indicesOf(chunksTouching(one, wanted))]).toEqual([...naive])
    }),
  )
})

test('the chunks inside a range are those that have no byte outside', () => {
  fc.assert(
    fc.property(grid, range, (one, wanted) => {
      const chunks = chunkOfBytes(one)
      const inside = new Set(chunks)
      chunks.forEach((index, at) => {
        if (at < wanted.start || at >= wanted.end) inside.delete(index)
      })
      expect([...indicesOf(chunksInside(one, wanted))]).toEqual([...inside])
    }),
  )
})

test('a run of chunks has the bytes of its chunks', () => {
  fc.assert(
    fc.property(grid, fc.nat({ max: 20 }), fc.nat({ max: 20 }), (one, a, b) => {
      const count = countChunks(one)
      const [first, end] = [Math.min(a, b, count), Math.min(Math.max(a, b), count)]
      fc.pre(first < end)
      expect(runBytes(one, { first, end })).toEqual({
        start: chunkBytes(one, first).start,
        end: chunkBytes(one, end - 1).end,
      })
    }),
  )
})

test('runs join exactly the indices that they are made of, no longer than told', () => {
  const indices = fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }))
    .map((list) => list.toSorted((a, b) => a - b))
  fc.assert(
    fc.property(indices, fc.integer({ min: 1, max: 5 }), (list, maxLength) => {
      const runs = joinRuns(list)
      expect(runs.flatMap((run) => [...indicesOf(run)])).toEqual(list)
      runs.slice(1).forEach((run, at) => expect(run.first).toBeGreaterThan(runs[at]?.end ?? 0))
      const limited = joinRuns(list, maxLength)
      expect(limited.flatMap((run) => [...indicesOf(run)])).toEqual(list)
      for (const run of limited) expect(run.end - run.first).toBeLessThanOrEqual(maxLength)
    }),
  )
})

test('the part of a chunk that lies in a range is told in offsets of the chunk', () => {
  const ofTwo = { sizeBytes: 1000, chunkSize: 512 }
  const middle = { start: 500, end: 600 }
  expect(partOfChunk(ofTwo, 0, middle)).toEqual({ start: 500, end: 512 })
  expect(partOfChunk(ofTwo, 1, middle)).toEqual({ start: 0, end: 88 })
  expect(partOfChunk(ofTwo, 1, { start: 0, end: 5000 })).toEqual({ start: 0, end: 488 })
  expect(partOfChunk(ofTwo, 1, { start: 0, end: 512 })).toEqual({ start: 0, end: 0 })
})

test('counts in numbers beyond 32 bits', () => {
  const tebibyte = { sizeBytes: 2 ** 40 + 1, chunkSize: 512 }
  expect(countChunks(tebibyte)).toBe(2 ** 31 + 1)
  expect(chunkBytes(tebibyte, 2 ** 31)).toEqual({ start: 2 ** 40, end: 2 ** 40 + 1 })
  expect(chunksTouching(tebibyte, { start: 2 ** 40 - 1, end: 2 ** 40 + 1 })).toEqual({
    first: 2 ** 31 - 1,
    end: 2 ** 31 + 1,
  })
  expect(chunksInside(tebibyte, { start: 1, end: 2 ** 50 })).toEqual({ first: 1, end: 2 ** 31 + 1 })
  const largest = { sizeBytes: Number.MAX_SAFE_INTEGER, chunkSize: 2 ** 26 }
  expect(chunkBytes(largest, countChunks(largest) - 1).end).toBe(Number.MAX_SAFE_INTEGER)
})

test('the last chunk may go when the range reaches the end of the disk', () => {
  const one = { sizeBytes: 1000, chunkSize: 512 }
  expect(chunksInside(one, { start: 512, end: 1000 })).toEqual({ first: 1, end: 2 })
  expect(chunksInside(one, { start: 512, end: 999 })).toEqual({ first: 1, end: 1 })
})

test('a chunk size is a power of two from 512 B to 64 MiB', () => {
  const good = Array.from({ length: 18 }, (_, at) => 512 * 2 ** at)
  expect(good.at(-1)).toBe(64 * 1024 * 1024)
  expect(good.every(isChunkSize)).toBe(true)
  const bad = [0, 1, 256, 511, 513, 1000, 1536, 2 ** 26 + 1, 2 ** 27, -512, 0.5, NaN, Infinity]
  expect(bad.some(isChunkSize)).toBe(false)
})
