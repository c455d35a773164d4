import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { ByteRange } from '../../src/core/byte-range.ts'
import { createReadTeller } from '../../src/device/tell-reads.ts'
import type { ReadTeller } from '../../src/device/tell-reads.ts'

const KiB = 1024

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function createBench(): { teller: ReadTeller; told: ByteRange[][] } {
  const told: ByteRange[][] = []
  return { teller: createReadTeller((ranges) => told.push([...ranges])), told }
}

function at(startKiB: number, endKiB: number): ByteRange {
  return { start: startKiB * KiB, end: endKiB * KiB }
}

test('what a boot reads first is told once, and late, while everything is stored', () => {
  const { teller, told } = createBench()
  for (let time = 0; time < 3; time++) {
    for (const start of [0, 4, 128, 640]) teller.note(at(start, start + 4))
  }
  vi.advanceTimersByTime(999)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told).toEqual([[at(0, 4), at(128, 132), at(640, 644)]])
  teller.note(at(4, 8))
  vi.advanceTimersByTime(60_000)
  expect(told).toHaveLength(1)
})

test('after a miss all that is read past the worker is told, neighbours of streams joined', () => {
  const { teller, told } = createBench()
  teller.onMiss(at(0, 4))
  teller.note(at(0, 4))
  for (let step = 1; step < 6; step++) {
    teller.note(at(4 * step, 4 * step + 4))
    teller.note(at(900 - 4 * step, 904 - 4 * step))
  }
  vi.advanceTimersByTime(100)
  expect(told).toEqual([[at(4, 24), at(880, 900)]])
})

test('reads are told ten times in a second at the most, and before the next miss', () => {
  const { teller, told } = createBench()
  teller.onMiss(at(0, 4))
  for (let step = 1; step <= 200; step++) {
    teller.note(at(4 * step, 4 * step + 4))
    vi.advanceTimersByTime(5)
  }
  expect(told.length).toBeGreaterThan(5)
  expect(told.length).toBeLessThanOrEqual(11)
  const before = told.length
  teller.note(at(804, 808))
  teller.onMiss(at(808, 812))
  expect(told.length).toBe(before + 1)
  expect(told.at(-1)?.at(-1)?.end).toBe(808 * KiB)
})

test('what the worker heard as a miss is not told again', () => {
  const { teller, told } = createBench()
  for (let step = 0; step < 20; step++) {
    teller.onMiss(at(step * 300, step * 300 + 4))
    teller.note(at(step * 300, step * 300 + 4))
  }
  vi.advanceTimersByTime(10_000)
  expect(told).toEqual([])
})

test('is silent some time after the last miss, and tells on where things turn up that were missing', () => {
  const { teller, told } = createBench()
  teller.note(at(0, 64))
  teller.onMiss(at(64, 68))
  expect(told).toEqual([[at(0, 64)]])
  vi.advanceTimersByTime(9_999)
  teller.note(at(0, 4))
  vi.advanceTimersByTime(100)
  expect(told).toHaveLength(2)
  teller.note(at(4, 8))
  vi.advanceTimersByTime(10_000)
  expect(told).toHaveLength(2)
  teller.onFound()
  teller.note(at(8, 12))
  vi.advanceTimersByTime(100)
  expect(told.at(-1)).toEqual([at(8, 12)])
})

test('does not pile up what is read at random', () => {
  const { teller, told } = createBench()
  teller.onMiss(at(0, 4))
  teller.note(at(0, 2048))
  vi.advanceTimersByTime(100)
  for (let step = 0; step < 5000; step++) {
    const start = 2 * ((step * 7919) % 1000)
    teller.note(at(start, start + 1))
  }
  vi.advanceTimersByTime(100)
  expect(told).toHaveLength(2)
  expect(told.at(-1)).toHaveLength(256)
})

test('who reads more than a boot may is not followed any further: nothing grows with the disk', () => {
  const { teller, told } = createBench()
  const MiB = 1024 * KiB
  for (let start = 0; start < 1024 * MiB; start += MiB) {
    teller.note({ start, end: start + MiB })
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(1000)
  expect(told.at(-1)?.at(-1)?.end).toBe(1024 * MiB)
  const before = told.length
  teller.note({ start: 2048 * MiB, end: 2049 * MiB })
  vi.advanceTimersByTime(10_000)
  expect(told.length).toBe(before)
  // What is missing is told all the same.
  teller.onMiss({ start: 3072 * MiB, end: 3073 * MiB })
  teller.note({ start: 3073 * MiB, end: 3074 * MiB })
  vi.advanceTimersByTime(1000)
  expect(told.length).toBe(before + 1)
})
