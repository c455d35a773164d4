import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { totalBytesOf } from '../../src/core/byte-range.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import type { OriginRequest } from '../../src/origin/chunk-source.ts'
import { runPrefetchStep } from '../../src/worker/prefetch-step.ts'
import {
  access,
  createFetcherBench,
  honest,
  identity,
  isOfDisk,
  readThrough,
} from './fetcher-bench.ts'
import type { FetcherBench } from './fetcher-bench.ts'

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

test('a part of another version fails all of the chunk: what came before may be of that one', async () => {
  const { promise: isDue, resolve: send } = Promise.withResolvers<void>()
  const bench = createFetcherBench({
    chunkSize,
    async answer(request) {
      const isFar = request.range.start >= far.start - 4096
      if (!isFar) await isDue
      return honest(request, { sizeBytes: identity.sizeBytes + (isFar ? 512 : 0) })
    },
  })
  const [reading, changed] = [readThrough(bench, near), readThrough(bench, far)]
  expect(await changed).toMatchObject({ code: 'disk-changed' })
  expect(await reading).toMatchObject({ code: 'disk-changed' })
  send()
  await vi.advanceTimersByTimeAsync(5000)
  expect(bench.stored.size).toBe(0)
})

test('an answer of everything that always breaks off leaves nothing under way', async () => {
  const bench = createFetcherBench({
    chunkSize,
    answer: async (request) => honest(request, { status: 200, cutAfter: 3000 }),
  })
  const reading = readThrough(bench, far)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await reading).toMatchObject({ code: 'origin-unreachable' })
  expect([0, 1, 2, 3].map(bench.fetcher.flightOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

/** A disk of so many chunks whose store fails as long as `isFull` says so. */
function createFullBench(chunks: number, isFull: () => boolean, before?: Before): FetcherBench {
  const sizeBytes = chunks * chunkSize
  return createFetcherBench({
    sizeBytes,
    chunkSize,
    answer: async (request) => {
      await before?.(request)
      return honest(request, { sizeBytes })
    },
    async assertRoom() {
      if (isFull()) throw new DiskCacheError('quota-exceeded', 'All is pinned.')
    },
  })
}

type Before = (request: OriginRequest) => Promise<void> | undefined

/** Reads a little of a chunk. @returns how many bytes were asked for, in the time that follows too */
async function bytesFor(bench: FetcherBench, chunk: number): Promise<number> {
  const before = totalBytesOf(bench.asked)
  const range = { start: chunk * chunkSize + 100, end: chunk * chunkSize + 200 }
  const bytes = await readThrough(bench, range)
  expect(bytes instanceof Uint8Array && isOfDisk(bytes, range)).toBe(true)
  await vi.advanceTimersByTimeAsync(4000)
  return totalBytesOf(bench.asked) - before
}

test('what cannot be stored is not completed, but for a try from time to time', async () => {
  const bench = createFullBench(6, () => true)
  // It may be a passing reason.
  for (const chunk of [0, 1, 2]) expect(await bytesFor(bench, chunk)).toBe(chunkSize)
  expect(await bytesFor(bench, 3)).toBeLessThanOrEqual(4096)
  expect(bench.fetcher.flightOf(3)).toBe(undefined)
  expect(await bytesFor(bench, 4)).toBe(chunkSize)
  expect(await bytesFor(bench, 5)).toBeLessThanOrEqual(4096)
})

test('two failures, a success and two failures are no reason to give up', async () => {
  let isFull = true
  const bench = createFullBench(6, () => isFull)
  for (const chunk of [0, 1]) await bytesFor(bench, chunk)
  isFull = false
  await bytesFor(bench, 2)
  expect([...bench.stored.keys()]).toEqual([2])
  isFull = true
  for (const chunk of [3, 4, 5]) expect(await bytesFor(bench, chunk)).toBe(chunkSize)
})

test('a chunk that is not to be completed ends, and who waits for that hears why', async () => {
  const bench = createFullBench(4, () => true)
  for (const chunk of [0, 1, 2]) await bytesFor(bench, chunk)
  const start = 3 * chunkSize
  await readThrough(bench, { start, end: start + 100 })
  const flight = bench.fetcher.flightOf(3)
  await vi.advanceTimersByTimeAsync(900)
  expect([flight === undefined, bench.fetcher.flightOf(3)]).toEqual([false, undefined])
  expect(await flight?.ended).toMatchObject({ code: 'quota-exceeded' })
})

test('but not while a part of it is coming for somebody else', async () => {
  const { promise: isDue, resolve: send } = Promise.withResolvers<void>()
  const start = 3 * chunkSize
  const bench = createFullBench(
    4,
    () => true,
    ({ range }) => (range.start > start ? isDue : undefined),
  )
  for (const chunk of [0, 1, 2]) await bytesFor(bench, chunk)
  await readThrough(bench, { start, end: start + 100 })
  // The filler waits with it for a moment; somebody else has asked for the rest when it looks.
  await vi.advanceTimersByTimeAsync(0)
  bench.fetcher.fetch([3], { ...access, urgency: 'prefetch' })
  await vi.advanceTimersByTimeAsync(900)
  const flight = bench.fetcher.flightOf(3)
  expect(flight?.isArriving()).toBe(true)
  send()
  await flight?.arrived
  expect(flight?.isComplete()).toBe(true)
})

test('a prefetch hears that a part of a chunk is refused, though another part is still coming', async () => {
  const { promise: isDue, resolve: send } = Promise.withResolvers<void>()
  const bench = createFetcherBench({
    chunkSize,
    async answer(request) {
      if (request.range.start > 0) throw busy
      await isDue
      return honest(request)
    },
  })
  const reading = readThrough(bench, near)
  await vi.advanceTimersByTimeAsync(0)
  const selected = { kind: 'generation', fetcher: bench.fetcher, isNew: false } as const
  const step = runPrefetchStep(selected, { concurrency: 1 }, { ...access, urgency: 'prefetch' })
  const refused = expect(step).rejects.toBe(busy)
  await vi.advanceTimersByTimeAsync(1000)
  await refused
  expect(bench.asked.length).toBeLessThan(4)
  send()
  const bytes = await reading
  expect(bytes instanceof Uint8Array && isOfDisk(bytes, near)).toBe(true)
})
