import { beforeEach, expect, test, vi } from 'vitest'

import { createFakeStore, estimate, fakeBrowser, guardOf, url, write } from './space-bench.ts'

beforeEach(fakeBrowser)

test('where the browser had no more room, what was stored is the budget for an hour', async () => {
  const store = createFakeStore({ used: 600, freeable: 600 })
  const guard = guardOf(store)
  expect(await guard.budgetBytes()).toBe(1000)
  Object.assign(estimate, { usage: 800, quota: 700 })
  expect(await guard.relieve(200)).toBe(true)
  expect([store.used, store.sweeps]).toEqual([600 - 2 * 200 - 100, ['all', 'all']])
  expect(await guard.budgetBytes()).toBe(600)
  expect(await guardOf(store).budgetBytes()).toBe(600)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(await guard.budgetBytes()).toBe(1000)
})

test('the browser had room for what was given up and not deleted yet, too', async () => {
  const store = createFakeStore({ used: 600, freeable: 600 })
  store.buried = 300
  const guard = guardOf(store)
  expect(await guard.relieve(100)).toBe(true)
  expect([store.used, await guard.budgetBytes()]).toEqual([400, 900])
})

test('who is refused while another one makes room learns nothing from what is left then', async () => {
  const store = createFakeStore({ used: 600, freeable: 600 })
  const guard = guardOf(store)
  expect(await Promise.all([guard.relieve(100), guard.relieve(50)])).toEqual([true, true])
  expect([store.used, await guard.budgetBytes()]).toEqual([300, 600])
  expect(await guard.relieve(50)).toBe(true)
  expect(await guard.budgetBytes()).toBe(300)
})

test('what goes is told before it is deleted', async () => {
  const store = createFakeStore({ used: 1000, freeable: 1000 })
  const told: string[] = []
  const guard = guardOf(store, 1000, (what) => void told.push(what))
  store.duringSweep = async () => void told.push('deleted')
  await write(store, guard, 100)
  expect(told).toEqual(['evicted', url, 'deleted'])
})

test('nobody waits for long for data to be deleted; that goes on, and nothing is deleted twice', async () => {
  const store = createFakeStore({ used: 600, freeable: 600 })
  const guard = guardOf(store, 900)
  const { promise: isDeleted, resolve: end } = Promise.withResolvers<void>()
  store.duringSweep = () => isDeleted
  const done = Promise.all([guard.relieve(100), guard.relieve(50)])
  await vi.advanceTimersByTimeAsync(1000)
  expect(await done).toEqual([true, true])
  // Nobody knows how much there was room for, and nothing goes while so much is about to.
  expect([store.sweeps, store.used, await guard.budgetBytes()]).toEqual([['all'], 600, 900])
  await write(store, guard, 700)
  expect(store.sweeps).toEqual(['all'])
  end()
  await vi.advanceTimersByTimeAsync(0)
  expect(store.sweeps).toEqual(['all', 'all', 'due'])
})

test('who is refused before much was deleted, and gets its turn after that, learns nothing', async () => {
  const store = createFakeStore({ used: 600, freeable: 600 })
  store.buried = 8000
  const guard = guardOf(store, 9000)
  const sleep = (ms: number) => (): Promise<undefined> =>
    new Promise((resolve) => void setTimeout(resolve, ms))
  store.duringSweep = sleep(1500)
  const first = guard.relieve(100)
  await vi.advanceTimersByTimeAsync(1200)
  expect(await first).toBe(true)
  // Another one looks for room until all is deleted.
  store.afterCount = sleep(1000)
  const writing = write(store, guard, 8500)
  await vi.advanceTimersByTimeAsync(0)
  Object.assign(store, { duringSweep: async () => undefined, afterCount: async () => undefined })
  const second = guard.relieve(100)
  await vi.advanceTimersByTimeAsync(5000)
  await writing
  expect(await second).toBe(true)
  expect([store.buried, await guard.budgetBytes()]).toEqual([0, 9000])
})

test('what was given up before is deleted, though nothing else may go', async () => {
  const store = createFakeStore({ used: 100, freeable: 100 })
  store.buried = 50
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
