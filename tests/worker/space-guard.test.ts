import { beforeEach, expect, test, vi } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import type { ResolvedOptions } from '../../src/core/options.ts'
import { reportStorage } from '../../src/worker/report-storage.ts'
import { createSpaceGuard } from '../../src/worker/space-guard.ts'
import { createFakeStore, estimate, fakeBrowser, guardOf, url, write } from './space-bench.ts'

const GiB = 2 ** 30

beforeEach(fakeBrowser)

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

test('nothing goes because what was stored while all was counted was counted twice', async () => {
  const store = createFakeStore({ used: 500, freeable: 500 })
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
  expect([store.used, store.frees]).toEqual([1000, 2])
})

test('where something is stored whenever all is counted, the budget is kept all the same', async () => {
  const store = createFakeStore({ used: 900, freeable: 900 })
  const guard = guardOf(store)
  await guard.budgetBytes()
  const pending = [20, 20, 20].map((bytes) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = guard.store(bytes, () => promise.then(() => void (store.used += bytes)))
    return { resolve, done }
  })
  store.afterCount = async () => {
    const next = pending.shift()
    next?.resolve()
    await next?.done
  }
  await write(store, guard, 60)
  expect(store.frees).toBe(3)
  expect(store.used).toBeLessThanOrEqual(1000)
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

test('two pages that import the same disk do not go over the budget together', async () => {
  const store = createFakeStore({ used: 500, freeable: 0 })
  const guard = guardOf(store)
  await guard.grant(`a ${url}`, 300)
  await vi.advanceTimersByTimeAsync(1000)
  await guard.grant(`b ${url}`, 100)
  await guard.measure()
  expect(await codeOf(write(store, guard, 200))).toBe('quota-exceeded')
  await write(store, guard, 100)
})

test('a page that imports a disk twice at a time leaves the room to others in the end', async () => {
  const store = createFakeStore({ used: 500, freeable: 0 })
  const guard = guardOf(store)
  await Promise.all([guard.grant(url, 200), guard.grant(url, 200)])
  await vi.advanceTimersByTimeAsync(15_000)
  await write(store, guard, 500)
  expect(store.used).toBe(1000)
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
  Object.assign(estimate, { usage: 30 * GiB, quota: 50 * GiB })
  expect(await guardOf(createFakeStore({ used: 2 * GiB }), 'auto').budgetBytes()).toBe(12 * GiB)
  Object.assign(estimate, { usage: 45 * GiB, quota: 50 * GiB })
  expect(await guardOf(createFakeStore({ used: 2 * GiB }), 'auto').budgetBytes()).toBe(2 * GiB)
  Object.assign(estimate, { usage: 0, quota: 50 * GiB })
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
