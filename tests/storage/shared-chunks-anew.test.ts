import { beforeEach, describe, expect, test, vi } from 'vitest'

import { clearBadChunks, deleteBadChunks } from '../../src/storage/clear-bad-chunks.ts'
import { shareChunks } from '../../src/storage/share-chunks.ts'
import { clearStorage, replaceData, withCatalog } from './raw-storage.ts'
import { bytesIn, counts, factsOf, shareOne, sweepAll } from './sharing.ts'
import { bytesOf, connect, found, makeBytes, makeChunk } from './test-store.ts'

beforeEach(clearStorage)

describe('data that turns out to be bad', () => {
  test('is given up by all that share it, and shared no more', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    const { checksum } = await factsOf(0, makeBytes(0))
    const changed = await clearBadChunks(store.catalog, record, new Map([[3, checksum]]))
    expect([...changed.urls]).toEqual([record.url])
    expect(changed.cleared).toEqual([3])
    expect(await (await connect('idb').open(old)).coverage()).toEqual([])
    expect(await (await connect('idb').open(record)).coverage()).toEqual([])
    // Before it is deleted, and after.
    for (const sweep of [async () => undefined, () => sweepAll(store)]) {
      await sweep()
      expect(await shareChunks(store.catalog, old.id, [await factsOf(5, makeBytes(0))])).toEqual([])
    }
    expect(await counts()).toEqual([0, 0, 0])
  })

  test('is deleted for all that share it, where there is no room to turn bits off', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await (await store.open(old)).commit([makeChunk(1)])
    const readers = await Promise.all([old, record].map((it) => connect('idb').open(it)))
    const ports = { catalog: store.catalog, store: store.chunks }
    expect([...(await deleteBadChunks(ports, record, [3]))]).toEqual([record.url])
    expect(await readers[0]?.open(0)).toBe(undefined)
    expect(await readers[1]?.open(3)).toBe(undefined)
    expect(await counts()).toEqual([1, 0, 1])
    await readers[1]?.commit([{ index: 3, bytes: makeBytes(3) }])
    expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(3))
  })

  test('stays with those that have stored the chunk anew meanwhile', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    const { checksum } = await factsOf(4, makeBytes(4))
    await clearBadChunks(store.catalog, record, new Map([[3, checksum]]))
    expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(0))
    expect(await bytesIn(connect('idb'), old, 0)).toEqual(makeBytes(0))
  })

  test('is stored anew with data of its own', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await replaceData(old, 0, makeBytes(1))
    const { checksum } = await factsOf(0, makeBytes(0))
    await clearBadChunks(store.catalog, old, new Map([[0, checksum]]))
    await (await store.open(record)).commit([makeChunk(0)])
    // What was shared goes when its last sharer has gone.
    for (let times = 0; times < 2; times++) await sweepAll(store)
    expect(await bytesIn(connect('idb'), record, 0)).toEqual(makeBytes(0))
    expect(await counts()).toEqual([1, 0, 1])
  })
})

test('data that others share is not dropped to make room', async () => {
  const store = connect('idb')
  const [old, record] = await shareOne(store)
  await (await store.open(old)).commit([makeChunk(1)])
  await store.chunks.dropData(old.id, { first: 0, end: 9 })
  expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(0))
  expect(await counts()).toEqual([1, 1, 1])
})

describe('a chunk that is stored anew with other bytes', () => {
  test('leaves those who share its data the old ones', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await shareChunks(store.catalog, record.id, [await factsOf(5, makeBytes(0))])
    const generation = await store.open(old)
    await generation.evict({ first: 0, end: 1 })
    await generation.commit([{ index: 0, bytes: makeBytes(9) }])
    for (const sweep of [async () => undefined, () => sweepAll(store)]) {
      await sweep()
      expect(await bytesIn(connect('idb'), old, 0)).toEqual(makeBytes(9))
      for (const index of [3, 5]) {
        expect(await bytesIn(connect('idb'), record, index)).toEqual(makeBytes(0))
      }
    }
    expect(await counts()).toEqual([2, 1, 2])
  })

  test('gets no pointer while there is data of its own', async () => {
    const store = connect('idb')
    const record = await store.generations.ensure(found())
    const generation = await store.open(record)
    await generation.commit([makeChunk(0), { index: 1, bytes: makeBytes(7) }])
    await replaceData(record, 0, makeBytes(8))
    await generation.evict({ first: 0, end: 1 })
    expect(await shareChunks(store.catalog, record.id, [await factsOf(0, makeBytes(7))])).toEqual(
      [],
    )
    await generation.commit([
      { index: 2, bytes: makeBytes(6) },
      { index: 0, bytes: makeBytes(6) },
    ])
    expect(await bytesIn(connect('idb'), record, 0)).toEqual(makeBytes(6))
  })

  test('leaves the old ones to those who are stored with it, whichever comes first', async () => {
    const store = connect('idb')
    const record = await store.generations.ensure(found())
    const generation = await store.open(record)
    await generation.commit([{ index: 2, bytes: makeBytes(7) }])
    await generation.evict({ first: 2, end: 3 })
    await generation.commit([
      { index: 2, bytes: makeBytes(8) },
      { index: 1, bytes: makeBytes(7) },
      { index: 3, bytes: makeBytes(7) },
    ])
    expect(await bytesIn(connect('idb'), record, 2)).toEqual(makeBytes(8))
    for (const index of [1, 3]) {
      expect(await bytesIn(connect('idb'), record, index)).toEqual(makeBytes(7))
    }
  })

  test('is never read by one that shared its data, however the two meet', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    const reader = await connect('idb').open(record)
    const { get } = IDBObjectStore.prototype
    const spy = vi.spyOn(IDBObjectStore.prototype, 'get')
    const seen = await withCatalog(async (db) => {
      let stored: Promise<unknown> | undefined
      spy.mockImplementation(function (this: IDBObjectStore, key) {
        const request = get.call(this, key)
        // The reader learns where the data lies, and has not read it yet.
        const replaceOld = (): void =>
          void (stored ??= db.put('chunks', new Blob([makeBytes(9)]), [old.id, 0]))
        if (this.name === 'shares') request.addEventListener('success', replaceOld)
        return request
      })
      const read = await bytesOf(await reader.open(3))
      await stored
      return read
    })
    spy.mockRestore()
    expect(seen).toEqual(makeBytes(0))
  })

  test('releases what it shared before', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await (await store.open(old)).evict({ first: 0, end: 1 })
    await sweepAll(store)
    await (await store.open(record)).evict({ first: 3, end: 4 })
    await (await store.open(record)).commit([{ index: 3, bytes: makeBytes(3) }])
    for (let times = 0; times < 2; times++) await sweepAll(store)
    expect(await counts()).toEqual([1, 0, 1])
  })
})
