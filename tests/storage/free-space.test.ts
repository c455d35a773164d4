import { beforeEach, expect, test, vi } from 'vitest'

import { createBitmap, setBit } from '../../src/core/bitmap.ts'
import type { GenerationRecord, PageRecord } from '../../src/storage/catalog-schema.ts'
import { openDiskStore } from '../../src/storage/disk-store.ts'
import { clearStorage, storedData, withCatalog } from './raw-storage.ts'
import { found, makeBytes, makeChunk } from './test-store.ts'
import { keepsNothing, storeUsed, urls } from './used-chunks.ts'

beforeEach(clearStorage)

const nothingOf = (record: GenerationRecord): object => ({ record, chunks: 0, bytes: 0 })

test('gives up the coldest chunks of all generations, and no more than is needed', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [10, 5000, 30])
  const b = await storeUsed(store, urls[1], [20, 6000])
  const { evictions } = await store.free({
    wanted: () => 700,
    ranks: [[a, b]],
    keptOf: keepsNothing,
  })
  expect(evictions.map(({ record, chunks, bytes }) => [record.url, chunks, bytes]).sort()).toEqual([
    [urls[0], 1, 512],
    [urls[1], 1, 512],
  ])
  expect(await store.open(a).coverage()).toEqual([
    { first: 0, end: 1 },
    { first: 2, end: 3 },
  ])
  expect(await store.open(b).coverage()).toEqual([{ first: 0, end: 1 }])
  expect((await store.countStored()).bytes).toBe(3 * 512)
})

test('deletes the data at once', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [10, 5000])
  await store.free({ wanted: () => 1, ranks: [[a]], keptOf: keepsNothing })
  await store.sweep()
  expect(await storedData('idb', a.id)).toEqual([0])
})

test('takes nothing from a later rank while an earlier one has something', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [1, 2])
  const b = await storeUsed(store, urls[1], [9000, 9001])
  await store.free({ wanted: () => 512, ranks: [[a], [b]], keptOf: keepsNothing })
  expect(await store.open(b).coverage()).toEqual([{ first: 0, end: 2 }])
  await store.free({ wanted: () => 1024, ranks: [[a], [b]], keptOf: keepsNothing })
  expect(await store.open(a).coverage()).toEqual([])
  expect(await store.open(b).coverage()).toEqual([{ first: 0, end: 1 }])
})

test('keeps what is to be kept, however much is wanted', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [1, 9000, 2, 3])
  const { evictions } = await store.free({
    wanted: () => 1e9,
    ranks: [[a]],
    keptOf: () => [{ first: 1, end: 3 }],
  })
  expect(evictions).toMatchObject([{ chunks: 2, bytes: 1024 }])
  expect(await store.open(a).coverage()).toEqual([{ first: 1, end: 3 }])
})

test('what was pinned after it was looked up what is to be kept stays, and does not count as freed', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000, 9001, 1, 2])
  await store.pins.add(urls[0], [{ start: 0, end: 1024 }])
  const demand = { wanted: () => 512, ranks: [[a]], keptOf: keepsNothing }
  expect(await store.free(demand)).toEqual({ storedBytes: 4 * 512, evictions: [nothingOf(a)] })
  const all = { ...demand, wanted: () => 1e9 }
  expect(await store.free(all)).toMatchObject({ storedBytes: 1024, evictions: [{ chunks: 2 }] })
  expect(await store.open(a).coverage()).toEqual([{ first: 0, end: 2 }])
  expect((await store.countStored()).bytes).toBe(1024)
})

test('data that a pinned chunk shares stays, and does not count as freed', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [9000], 7)
  const b = await storeUsed(store, urls[1], [9000], 7)
  await store.pins.add(urls[0], [{ start: 0, end: 1 }])
  const { storedBytes } = await store.free({
    wanted: () => 512,
    ranks: [[a, b]],
    keptOf: keepsNothing,
  })
  expect([storedBytes, (await store.countStored()).bytes]).toEqual([512, 512])
  expect(await store.open(a).coverage()).toEqual([{ first: 0, end: 1 }])
})

test('all-zero chunks take no room, and do not go for it', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  await store.open(record).commit([{ index: 0, bytes: new Uint8Array(512) }, makeChunk(1)])
  expect((await store.countStored()).bytes).toBe(512)
  await store.free({ wanted: () => 1e9, ranks: [[record]], keptOf: keepsNothing })
  expect(await store.open(record).coverage()).toEqual([{ first: 0, end: 1 }])
  expect((await store.countStored()).bytes).toBe(0)
})

test('counts what is stored in spite of chunks that are stored twice, evicted, and stored again', async () => {
  const [one, other] = [openDiskStore(), openDiskStore()]
  const record = await one.generations.ensure(found())
  await one.open(record).commit([makeChunk(0), makeChunk(8, 100)])
  await other.open(record).commit([makeChunk(0), makeChunk(1)])
  expect((await one.countStored()).bytes).toBe(2 * 512 + 100)
  await one.open(record).evict({ first: 0, end: 9 })
  expect((await other.countStored()).bytes).toBe(0)
  await other.open(record).commit([makeChunk(0)])
  expect((await one.countStored()).bytes).toBe(512)
})

test('counts what was stored by a worker that did not count', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  await store.open(record).commit([makeChunk(0), makeChunk(1)])
  await withCatalog(async (db) => {
    const known = await db.get('generations', record.id)
    const { storedBytes: _, ...older } = known ?? record
    await db.put('generations', older)
  })
  expect((await store.countStored()).bytes).toBe(2 * 512)
  await store.open(record).commit([makeChunk(2)])
  expect((await store.countStored()).bytes).toBe(3 * 512)
})

test('counts data once that chunks share, of one disk and of several, whoever was first and whoever goes', async () => {
  const store = openDiskStore()
  const [a, b] = await Promise.all(urls.map((url) => store.generations.ensure(found({ url }))))
  if (a === undefined || b === undefined) throw new Error('no generations')
  await store.open(a).commit([makeChunk(0), makeChunk(1), { index: 2, bytes: makeBytes(1) }])
  await store.open(b).commit([makeChunk(1), { index: 3, bytes: makeBytes(1) }, makeChunk(4)])
  expect((await store.countStored()).bytes).toBe(3 * 512)
  expect([...(await store.countStored()).byDisk.values()].sort()).toEqual([2 * 512, 512])
  // Its data stays, for the others.
  await store.open(a).evict({ first: 1, end: 2 })
  expect((await store.countStored()).bytes).toBe(3 * 512)
  await store.open(a).evict({ first: 2, end: 3 })
  expect((await store.countStored()).bytes).toBe(3 * 512)
  await store.generations.remove(a.id)
  expect((await openDiskStore().countStored()).bytes).toBe(2 * 512)
  await store.open(b).evict({ first: 0, end: 9 })
  expect((await store.countStored()).bytes).toBe(0)
})

test('without room, data that was kept for others goes at once with the last of them', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [1, 2])
  const b = await storeUsed(store, urls[1], [3, 4], 0)
  await store.generations.remove(a.id)
  await store.sweepAll()
  expect(await withCatalog((db) => db.count('chunks'))).toBe(2)
  await store.open(b).evict({ first: 0, end: 1 })
  expect(await store.sweepAll()).toEqual({ tombstones: 1, bytes: 512 })
  expect(await withCatalog((db) => db.count('chunks'))).toBe(1)
})

test('looks at no more of 100 000 chunks than of 32 000', async () => {
  const store = openDiskStore()
  const identity = { validator: { kind: 'none' }, sizeBytes: 98 * 1024 * 512 } as const
  const record = await store.generations.ensure(found({ identity }))
  await fillPages(record, 98)
  let pagesRead = 0
  const getAll = IDBObjectStore.prototype.getAll
  const spy = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (
    this: IDBObjectStore,
    ...args: Parameters<typeof getAll>
  ) {
    const request = getAll.apply(this, args)
    if (this.name === 'pages') {
      request.addEventListener('success', () => (pagesRead += request.result.length))
    }
    return request
  })
  const counted = { ...record, storedBytes: 98 * 1024 * 512 }
  await store.free({ wanted: () => 4096, ranks: [[counted]], keptOf: keepsNothing })
  spy.mockRestore()
  expect(pagesRead).toBe(32)
})

/** Sets all bits of so many pages. There is no data. */
async function fillPages(record: GenerationRecord, count: number): Promise<void> {
  const present = createBitmap(1024)
  for (let slot = 0; slot < 1024; slot++) setBit(present, slot)
  const page: PageRecord = {
    present,
    zero: createBitmap(1024),
    checksums: new Uint8Array(8192),
    uses: new Uint32Array(1024),
  }
  await withCatalog(async (db) => {
    const transaction = db.transaction(['generations', 'pages'], 'readwrite')
    await transaction.objectStore('generations').put({ ...record, storedBytes: count * 2 ** 19 })
    for (let number = 0; number < count; number++) {
      await transaction.objectStore('pages').put(page, [record.id, number])
    }
    await transaction.done
  })
}

test('what was given out just now goes last, the latest at the very end: somebody may be reading it', async () => {
  const store = openDiskStore()
  const a = await storeUsed(store, urls[0], [0, 0, 0, 0])
  const opened = store.open(a)
  await opened.loadPages({ first: 0, end: 4 })
  await opened.open(2)
  await opened.open(0)
  const free = (): Promise<unknown> =>
    store.free({ wanted: () => 512, ranks: [[a]], keptOf: keepsNothing })
  const left: number[][] = []
  for (let round = 0; round < 3; round++) {
    await free()
    left.push([0, 1, 2, 3].filter(opened.isStored))
  }
  expect(left).toEqual([[0, 2, 3], [0, 2], [0]])
})
