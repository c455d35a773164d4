import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { totalBytesOf } from '../../src/core/byte-range.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import { createFetcherBench, honest, isOfDisk, readThrough } from './fetcher-bench.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const chunkSize = 65_536
const [near, far] = [
  { start: 0, end: 1000 },
  { start: 40_000, end: 41_000 },
]

const busy = new DiskCacheError('origin-status', 'The origin is busy.', {
  details: { status: 429, retryAfterMs: 30_000 },
})

test('one refused part of a chunk fails nobody who waits for another one that is coming', async () => {
  const { promise: isDue, resolve: send } = Promise.withResolvers<void>()
  const bench = createFetcherBench({
    chunkSize,
    async answer(request) {
      if (request.range.start >= far.start - 4096) throw busy
      await isDue
      return honest(request)
    },
  })
  const [reading, refused] = [readThrough(bench, near), readThrough(bench, far)]
  expect(await refused).toBe(busy)
  expect(bench.fetcher.flightOf(0)).not.toBe(undefined)
  send()
  const bytes = await reading
  expect(bytes instanceof Uint8Array && isOfDisk(bytes, near)).toBe(true)
})

test('a refused part is asked for again by who comes for it, while others are coming still', async () => {
  const { promise: isDue, resolve: send } = Promise.withResolvers<void>()
  let isBusy = true
  const bench = createFetcherBench({
    chunkSize,
    async answer(request) {
      if (request.range.start < far.start - 4096) await isDue
      else if (isBusy) throw busy
      return honest(request)
    },
  })
  const reading = readThrough(bench, near)
  expect(await readThrough(bench, far)).toBe(busy)
  isBusy = false
  const bytes = await readThrough(bench, far)
  expect(bytes instanceof Uint8Array && isOfDisk(bytes, far)).toBe(true)
  send()
  const early = await reading
  expect(early instanceof Uint8Array && isOfDisk(early, near)).toBe(true)
  await vi.advanceTimersByTimeAsync(5000)
  expect([...bench.stored.keys()]).toEqual([0])
})

test('what cannot be stored is not completed, but for a try from time to time', async () => {
  const sizeBytes = 6 * chunkSize
  const bench = createFetcherBench({
    sizeBytes,
    chunkSize,
    answer: async (request) => honest(request, { sizeBytes }),
    assertRoom: () => Promise.reject(new DiskCacheError('quota-exceeded', 'All is pinned.')),
  })
  async function bytesFor(start: number): Promise<number> {
    const before = totalBytesOf(bench.asked)
    const range = { start, end: start + 100 }
    const bytes = await readThrough(bench, range)
    expect(bytes instanceof Uint8Array && isOfDisk(bytes, range)).toBe(true)
    await vi.advanceTimersByTimeAsync(4000)
    return totalBytesOf(bench.asked) - before
  }
  // It may be a passing reason.
  for (const chunk of [0, 1, 2]) expect(await bytesFor(chunk * chunkSize + 100)).toBe(chunkSize)
  expect(await bytesFor(3 * chunkSize + 100)).toBeLessThanOrEqual(4096)
  expect(bench.fetcher.flightOf(3)).toBe(undefined)
  expect(await bytesFor(4 * chunkSize + 100)).toBe(chunkSize)
  expect(await bytesFor(5 * chunkSize + 100)).toBeLessThanOrEqual(4096)
})
