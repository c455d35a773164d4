import { beforeEach, expect, test, vi } from 'vitest'
import type { ResolvedOptions } from '../../src/core/options.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import { createSpaceGuard } from '../../src/worker/space-guard.ts'
import type { SpaceGuard } from '../../src/worker/space-guard.ts'
import { reportStorage } from '../../src/worker/report-storage.ts'
import { createFakeStore } from './space-bench.ts'
import type { FakeStore } from './space-bench.ts'

const GiB = 2 ** 30
const url = 'https://example.test/a.img'

/** What the browser says. */
let estimate: { usage: number; quota: number }

beforeEach(() => {
  vi.useFakeTimers()
  estimate = { usage: 0, quota: 100 * GiB }
  vi.stubGlobal('self', { clients: { matchAll: async () => [] } })
  const storage = { estimate: async () => estimate, persisted: async () => false }
  vi.stubGlobal('navigator', { storage })
  return () => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  }
})

function guardOf(store: FakeStore, budget: ResolvedOptions['budget'] = 1000): SpaceGuard {
  return createSpaceGuard({
    wanted: () => budget,
    scope: '/',
    store,
    log: { emit: () => undefined },
    announceChange: () => undefined,
  })
}

/** Stores so many bytes that take room. */
function write(store: FakeStore, guard: SpaceGuard, bytes: number): Promise<unknown> {
  return guard.store(bytes, async () => void (store.used += bytes))
}

function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    ({ code }: DiskCacheError) => code,
  )
}

test('what fits is counted once in ten seconds, and nothing goes for it', async () => {
  const store = createFakeStore({ used: 100, freeable: 100 })
  const guard = guardOf(store)
  for (const bytes of [300, 300, 300]) await write(store, guard, bytes)
  expect([store.counts, store.frees]).toEqual([1, 0])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await guard.budgetBytes()).toBe(1000)
  expect([store.counts, store.used]).toEqual([2, 1000])
})

test('over the budget, a 32nd part of it goes at least, and all is counted once more', async () => {
  const store = createFakeStore({ used: 1000, freeable: 1000 })
  const guard = guardOf(store)
  await write(store, guard, 4)
  expect([store.counts, store.frees, store.used]).toEqual([1, 1, 1004 - 1000 / 32])
  // There is room left from that.
  await write(store, guard, 20)
  expect([store.counts, store.frees]).toEqual([1, 1])
  await write(store, guard, 200)
  expect([store.counts, store.frees, store.used]).toEqual([1, 2, 1000])
})

test('a write that is refused counts all once, and so does the next one', async () => {
  const store = createFakeStore({ used: 900, freeable: 50 })
  const guard = guardOf(store)
  expect(await codeOf(write(store, guard, 200))).toBe('quota-exceeded')
  expect([store.counts, store.frees, store.used]).toEqual([1, 1, 850])
  expect(await codeOf(write(store, guard, 200))).toBe('quota-exceeded')
  expect([store.counts, store.frees]).toEqual([1, 2])
  await write(store, guard, 150)
  expect([store.frees, store.used]).toEqual([2, 1000])
})

test('nothing goes for bytes that took no room, or in place of what has gone by itself', async () => {
  const store = createFakeStore({ used: 600, freeable: 600 })
  const guard = guardOf(store)
  // It was there already.
  await guard.store(400, async () => undefined)
  await write(store, guard, 300)
  expect(store.used).toBe(900)
  await write(store, guard, 100)
  store.used = 500
  await write(store, guard, 500)
  expect(store.used).toBe(1000)
})

test('what is being stored counts: two writes at a time do not go over the budget together', async () => {
  const store = createFakeStore({ used: 500, freeable: 0 })
  const guard = guardOf(store)
  const codes = await Promise.all([300, 300].map((bytes) => codeOf(write(store, guard, bytes))))
  expect([codes, store.used]).toEqual([[undefined, 'quota-exceeded'], 800])
})

test('what was stored while all was counted is not counted twice', async () => {
  const store = createFakeStore({ used: 500, freeable: 0 })
  const guard = guardOf(store)
  const { promise: told, resolve: tell } = Promise.withResolvers<void>()
  const slow = guard.store(200, () => {
    store.used += 200
    return told
  })
  await vi.advanceTimersByTimeAsync(10_000)
  store.afterCount = async () => {
    tell()
    await slow
  }
  await write(store, guard, 300)
  expect([store.used, store.frees]).toEqual([1000, 1])
})

test('two that look for room at a time do not give up twice as much', async () => {
  const store = createFakeStore({ used: 1000, freeable: 1000 })
  const guard = guardOf(store)
  await Promise.all([10, 10].map((bytes) => write(store, guard, bytes)))
  expect([store.frees, store.used]).toEqual([1, 1020 - 1000 / 32])
})

test('a write that failed leaves its room to others', async () => {
  const store = createFakeStore({ used: 500, freeable: 0 })
  const guard = guardOf(store)
  const broken = new DiskCacheError('storage-failed', 'broken')
  expect(await codeOf(guard.store(500, () => Promise.reject(broken)))).toBe('storage-failed')
  await write(store, guard, 500)
  expect(store.used).toBe(1000)
})

test('what a page has room for counts until it asks again, also if all is counted before it has stored that', async () => {
  const store = createFakeStore({ used: 500, freeable: 0 })
  const guard = guardOf(store)
  await guard.grant(url, 300)
  await vi.advanceTimersByTimeAsync(1000)
  await guard.measure()
  expect(await codeOf(write(store, guard, 300))).toBe('quota-exceeded')
  store.used += 300
  await guard.grant(url, 200)
  store.used += 200
  expect(await codeOf(write(store, guard, 1))).toBe('quota-exceeded')
})

test('what a page has room for and does not store is free after five seconds', async () => {
  const store = createFakeStore({ used: 500, freeable: 0 })
  const guard = guardOf(store)
  await guard.grant(url, 300)
  await vi.advanceTimersByTimeAsync(4000)
  await guard.grant(url, 400)
  await vi.advanceTimersByTimeAsync(4000)
  await guard.measure()
  expect(await codeOf(write(store, guard, 300))).toBe('quota-exceeded')
  await vi.advanceTimersByTimeAsync(1000)
  await write(store, guard, 500)
  expect(store.used).toBe(1000)
})

test('by itself it takes 80 % of what the browser would give, what is stored included, and 16 GiB at the most', async () => {
  estimate = { usage: 30 * GiB, quota: 50 * GiB }
  expect(await guardOf(createFakeStore({ used: 2 * GiB }), 'auto').budgetBytes()).toBe(12 * GiB)
  estimate = { usage: 45 * GiB, quota: 50 * GiB }
  expect(await guardOf(createFakeStore({ used: 2 * GiB }), 'auto').budgetBytes()).toBe(2 * GiB)
  estimate = { usage: 0, quota: 50 * GiB }
  expect(await guardOf(createFakeStore({ used: 0 }), 'auto').budgetBytes()).toBe(16 * GiB)
})

test('an option that changes holds at once', async () => {
  let budget: ResolvedOptions['budget'] = 1000
  const ports = { scope: '/', log: { emit: () => undefined }, announceChange: () => undefined }
  const store = createFakeStore({ used: 0 })
  const guard = createSpaceGuard({ ...ports, store, wanted: () => budget })
  expect(await guard.budgetBytes()).toBe(1000)
  budget = 2000
  expect(await guard.budgetBytes()).toBe(2000)
})

test('where the browser had no more room, what was stored is the budget for an hour', async () => {
  const store = createFakeStore({ used: 600, freeable: 600 })
  const guard = guardOf(store)
  expect(await guard.budgetBytes()).toBe(1000)
  estimate = { usage: 800, quota: 700 }
  expect(await guard.relieve(200)).toBe(true)
  expect([store.used, store.sweeps]).toEqual([600 - 2 * 200 - 100, ['all', 'all']])
  expect(await guard.budgetBytes()).toBe(600)
  expect(await guardOf(store).budgetBytes()).toBe(600)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(await guard.budgetBytes()).toBe(1000)
})

test('what was given up before is deleted, though nothing else may go', async () => {
  const store = createFakeStore({ used: 100, freeable: 100 })
  store.buried = true
  const guard = guardOf(store)
  expect(await guard.relieve(200)).toBe(true)
  expect([store.used, store.sweeps, await guard.budgetBytes()]).toEqual([100, ['all'], 1000])
  expect(await guard.relieve(200)).toBe(false)
})

test('where others have filled the storage, nothing is given up for them, and nothing learnt', async () => {
  const store = createFakeStore({ used: 100, freeable: 100 })
  const guard = guardOf(store)
  expect(await guard.relieve(200)).toBe(false)
  expect([store.used, await guard.budgetBytes()]).toEqual([100, 1000])
})

test('storage() counts all once', async () => {
  const store = createFakeStore({ used: 500 })
  const options = { store: 'auto' } as ResolvedOptions
  expect(await reportStorage({ store, space: guardOf(store), options })).toEqual({
    ...estimate,
    budget: 1000,
    persisted: false,
    backend: 'idb',
    disks: [{ url, bytes: 500 }],
  })
  expect(store.counts).toBe(1)
})
