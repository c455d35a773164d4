import { expect, test } from 'vitest'
import { partsOf, planLoads } from '../../src/device/plan-loads.ts'
import type { LoadFacts } from '../../src/device/plan-loads.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'

const KiB = 1024
const MiB = 1024 * KiB
const block = 64 * KiB

function plan(
  range: ByteRange,
  facts: Partial<LoadFacts> = {},
): { range: ByteRange; chunk: number | undefined; isKept: boolean }[] {
  const all: LoadFacts = {
    grid: { sizeBytes: 10 * MiB + 1000, chunkSize: MiB },
    blockSize: block,
    isStored: () => true,
    readsWhole: () => false,
    isHeld: () => false,
    wasFetched: () => false,
    ...facts,
  }
  const parts = [...partsOf(range, all.blockSize)]
  const loads = planLoads(parts, all)
  expect(loads.flatMap((load) => load.parts)).toEqual(parts)
  for (const load of loads) {
    for (const { start, end } of load.parts) {
      expect(start >= load.range.start && end <= load.range.end).toBe(true)
    }
  }
  return loads.map(({ range: loaded, chunk, isKept }) => ({ range: loaded, chunk, isKept }))
}

test('cuts a range at the ends of blocks', () => {
  expect([...partsOf({ start: block - 1, end: 2 * block + 1 }, block)]).toEqual([
    { start: block - 1, end: block },
    { start: block, end: 2 * block },
    { start: 2 * block, end: 2 * block + 1 },
  ])
  expect([...partsOf({ start: 5, end: 5 }, block)]).toEqual([])
})

test('reads the whole block of a stored chunk that is read for the first time', () => {
  expect(plan({ start: MiB + 100, end: MiB + 612 })).toEqual([
    { range: { start: MiB, end: MiB + block }, chunk: 1, isKept: true },
  ])
})

test('reads the whole window when another block of it is in memory', () => {
  const isHeld = (held: number): boolean => held === 16
  expect(plan({ start: MiB + 5 * block, end: MiB + 5 * block + 1 }, { isHeld })).toEqual([
    { range: { start: MiB, end: 2 * MiB }, chunk: 1, isKept: true },
  ])
  expect(plan({ start: 2 * MiB, end: 2 * MiB + 1 }, { isHeld })[0]?.range).toEqual({
    start: 2 * MiB,
    end: 2 * MiB + block,
  })
})

test('reads no more than a window of a large chunk, and all of one whose checksum is to be compared', () => {
  const grid = { sizeBytes: 64 * MiB, chunkSize: 16 * MiB }
  const isHeld = (held: number): boolean => held === 16
  const range = { start: MiB + block, end: MiB + block + 1 }
  expect(plan(range, { grid, isHeld })[0]?.range).toEqual({ start: MiB, end: 2 * MiB })
  expect(plan({ start: 5, end: 6 }, { readsWhole: () => true })[0]?.range).toEqual({
    start: 0,
    end: MiB,
  })
})

test('ends at the end of the disk', () => {
  const range = { start: 10 * MiB + 999, end: 10 * MiB + 1000 }
  expect(plan(range)[0]?.range).toEqual({ start: 10 * MiB, end: 10 * MiB + 1000 })
  const fetched = { isStored: () => false, wasFetched: () => true }
  expect(plan(range, fetched)[0]?.range).toEqual({ start: 10 * MiB, end: 10 * MiB + 1000 })
})

test('does not keep what is large, and reads no more than that', () => {
  const range = { start: 100, end: 100 + 300 * KiB }
  expect(plan(range)).toEqual([{ range, chunk: 0, isKept: false }])
  expect(plan(range, { isStored: () => false })).toEqual([
    { range, chunk: undefined, isKept: false },
  ])
})

test('asks for what is not stored to the byte, over the ends of chunks, and by blocks the second time', () => {
  const range = { start: MiB - 100, end: MiB + 100 }
  const isStored = (): boolean => false
  expect(plan(range, { isStored })).toEqual([{ range, chunk: undefined, isKept: true }])
  const wasFetched = (asked: number): boolean => asked === 16
  expect(plan(range, { isStored, wasFetched })).toEqual([
    { range: { start: MiB - 100, end: MiB + block }, chunk: undefined, isKept: true },
  ])
})

test('separates chunks that are stored from each other, and from those that are not', () => {
  const isStored = (chunk: number): boolean => chunk < 2
  expect(plan({ start: MiB - 10, end: 2 * MiB + 10 }, { isStored })).toEqual([
    { range: { start: MiB - block, end: MiB }, chunk: 0, isKept: true },
    { range: { start: MiB, end: 2 * MiB }, chunk: 1, isKept: false },
    { range: { start: 2 * MiB, end: 2 * MiB + 10 }, chunk: undefined, isKept: true },
  ])
})
