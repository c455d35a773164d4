import { beforeEach, expect, test, vi } from 'vitest'

import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { openDiskStore } from '../../src/storage/disk-store.ts'
import { orderEvictions } from '../../src/upkeep/inspect-disk.ts'
import { clearStorage, withCatalog } from './raw-storage.ts'
import { found, makeBytes } from './test-store.ts'
import { keepsNothing, noteUses, storeUsed, urls } from './used-chunks.ts'

beforeEach(clearStorage)

test('data goes with all chunks that have it, and counts once', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 7000, 5])
  const b = await storeUsed(store, urls[1], [8000, 6000, 4], 0)
  const { evictions, storedBytes } = await store.free({
    wanted: () => 700,
    ranks: [[a, b]],
    keptOf: keepsNothing,
  })
  expect(evictions.map(({ record, chunks }) => [record.url, chunks]).sort()).toEqual([
    [urls[0], 2],
    [urls[1], 2],
  ])
  for (const record of [a, b]) {
    expect(await store.open(record).coverage()).toEqual([{ first: 2, end: 3 }])
  }
  expect([storedBytes, (await store.countStored()).bytes]).toEqual([512, 512])
  await store.sweep()
  expect(await withCatalog((db) => db.count('chunks'))).toBe(1)
})

test('data stays as long as the best of the chunks that have it would', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 9000, 9000])
  const b = await storeUsed(store, urls[1], [9000, 5, 9000, 6000], 0)
  const keptOf = ({ id }: GenerationRecord) => (id === b.id ? [{ first: 2, end: 3 }] : [])
  const { evictions } = await store.free({ wanted: () => 512, ranks: [[a], [b]], keptOf })
  expect(evictions.map(({ record }) => record.url).sort()).toEqual([...urls])
  expect(await store.open(a).coverage()).toEqual([{ first: 1, end: 3 }])
  await store.free({ wanted: () => 512, ranks: [[a], [b]], keptOf })
  expect(await store.open(b).coverage()).toEqual([{ first: 1, end: 3 }])
})

test('of data that one of its chunks keeps, no other chunk goes in vain', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 9000])
  const b = await storeUsed(store, urls[1], [9000, 9000], 0)
  const keptOf = ({ id }: GenerationRecord) => (id === b.id ? [{ first: 0, end: 9 }] : [])
  const freed = await store.free({ wanted: () => 1e9, ranks: [[a], [b]], keptOf })
  expect(freed).toEqual({ storedBytes: 2 * 512, evictions: [] })
})

test('what is shared with a version that came meanwhile stays', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 1])
  const b = await storeUsed(store, urls[1], [9000], 0)
  await store.free({ wanted: () => 1e9, ranks: [[a]], keptOf: keepsNothing })
  expect(await store.open(a).coverage()).toEqual([{ first: 0, end: 1 }])
  expect(await store.open(b).coverage()).toEqual([{ first: 0, end: 1 }])
})

test('chunks that share data count wherever they are, also where nobody looks this time', async () => {
  const store = openDiskStore()
  const identity = { validator: { kind: 'none' }, sizeBytes: 40 * 1024 * 512 } as const
  const record = await store.generations.ensure(found({ identity }))
  const [first, other, last] = [0, 5 * 1024, 39 * 1024]
  const indices = Array.from({ length: 40 }, (_, page) => page * 1024)
  const seedOf = (index: number): number => (index === last ? first : index / 1024)
  await store
    .open(record)
    .commit(indices.map((index) => ({ index, bytes: makeBytes(seedOf(index)) })))
  const uses = new Map([...indices.map((index) => [index, 5000] as const), [other, 6000]])
  await noteUses(record, uses.set(first, 9000).set(last, 1))
  const demand = { wanted: () => 512, ranks: [[record]], keptOf: keepsNothing }
  const free = async (): Promise<number[]> => {
    const before = await store.open(record).coverage()
    await openDiskStore().free(demand)
    const after = new Set((await store.open(record).coverage()).map((run) => run.first))
    return before.map((run) => run.first).filter((index) => !after.has(index))
  }
  expect(await free()).toEqual([other])
  await noteUses(record, new Map([[last, 8000]]))
  expect(await free()).toEqual([first, last])
})

test('what goes is what evictionOrder() has first', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 40, 7000, 30])
  const b = await storeUsed(store, urls[1], [8000, 9000, 5, 20, 6500], 0)
  for (let left = 5; left > 0; left--) {
    const order = await orderEvictions()
    const end = order.findIndex(({ bytes }) => bytes > 0)
    const { evictions } = await store.free({
      wanted: () => 1,
      ranks: [[], [a, b]],
      keptOf: keepsNothing,
    })
    const gone = evictions.flatMap(
      ({ record, chunks }) => Array(chunks).fill(record.id) as string[],
    )
    expect(gone.sort()).toEqual(
      order
        .slice(0, end + 1)
        .map(({ generation }) => generation)
        .sort(),
    )
    const after = await orderEvictions()
    expect(after).toEqual(order.slice(end + 1))
  }
  expect(await orderEvictions()).toEqual([])
})

test('where all is shared, as much goes as makes room, and its data with it', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [1, 2, 3])
  const b = await storeUsed(store, urls[1], [4, 5, 6], 0)
  await store.free({ wanted: () => 700, ranks: [[b], [a]], keptOf: keepsNothing })
  expect((await store.countStored()).bytes).toBe(512)
  for (const record of [a, b]) {
    expect(await store.open(record).coverage()).toEqual([{ first: 0, end: 1 }])
  }
  await store.sweep()
  expect(await withCatalog((db) => db.count('chunks'))).toBe(1)
})

test('without room to note anything, shared data is deleted all the same', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 1])
  const b = await storeUsed(store, urls[1], [9000, 1], 0)
  const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError')
  })
  const demand = { wanted: () => 512, ranks: [[a, b]], keptOf: keepsNothing }
  await store.free(demand)
  expect([a, b].map((record) => [...store.open(record).bitsWithoutData])).toEqual([[0], [0]])
  const left = await withCatalog(async (db) => [await db.count('chunks'), await db.count('shares')])
  add.mockRestore()
  expect(left).toEqual([1, 1])
})

test('what went without a note, and was fetched again, does not go with the next that goes', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 1, 5000])
  await store.open(a).loadPages({ first: 0, end: 3 })
  const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError')
  })
  const demand = { wanted: () => 512, ranks: [[a]], keptOf: keepsNothing }
  expect((await store.free(demand)).evictions).toMatchObject([{ chunks: 1 }])
  expect([...store.open(a).bitsWithoutData]).toEqual([0])
  add.mockRestore()
  await store.open(a).commit([{ index: 0, bytes: makeBytes(0) }])
  await noteUses(a, new Map([[0, 2]]))
  expect((await store.free(demand)).evictions).toMatchObject([{ chunks: 1 }])
  expect(await store.open(a).coverage()).toEqual([{ first: 0, end: 2 }])
  expect(await withCatalog((db) => db.count('chunks'))).toBe(3)
  await store.sweep()
  expect(await withCatalog((db) => db.count('chunks'))).toBe(2)
})

test('what is evicted while it is counted is counted with its data or not at all', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [1, 2])
  await storeUsed(store, urls[1], [1, 2], 0)
  const reader = store.open(a)
  const { getAll } = IDBObjectStore.prototype
  let evicting: Promise<unknown> | undefined
  const spy = vi.spyOn(IDBObjectStore.prototype, 'getAll')
  spy.mockImplementation(function (this: IDBObjectStore, ...args: Parameters<typeof getAll>) {
    const request = getAll.apply(this, args)
    const evict = (): void => void (evicting ??= reader.evict({ first: 0, end: 2 }))
    if (this.name === 'shares') request.addEventListener('success', evict)
    return request
  })
  const { bytes } = await store.countStored()
  spy.mockRestore()
  await evicting
  expect([bytes, (await store.countStored()).bytes]).toEqual([2 * 512, 2 * 512])
})
