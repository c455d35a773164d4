import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { EvictionTerms } from '../../src/storage/evict-chunks.ts'
import { createPinCatalog } from '../../src/storage/pin-catalog.ts'
import { evictRanges } from '../../src/worker/evict-ranges.ts'
import type { ChunkRun } from '../../src/core/chunk-grid.ts'
import type { StoredBackend } from '../../src/storage/catalog-schema.ts'
import { openDiskStore } from '../../src/storage/disk-store.ts'
import { openGeneration } from '../../src/storage/stored-generation.ts'
import type { StoredGeneration } from '../../src/storage/stored-generation.ts'
import { refuseNotes } from './limited-storage.ts'
import { clearStorage, storedData } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk } from './test-store.ts'
import { keepsNothing, storeUsed, urls } from './used-chunks.ts'

beforeEach(clearStorage)
afterEach(() => vi.restoreAllMocks())

/** Two chunks, of which the second is stored again as soon as the data of both was dropped. */
async function storeTwoOfWhichOneComesAgain(backend: StoredBackend): Promise<StoredGeneration> {
  const { catalog, chunks, generations } = connect(backend)
  const record = await generations.ensure(found({ backend }))
  const store = {
    ...chunks,
    async dropData(...which: Parameters<typeof chunks.dropData>) {
      await chunks.dropData(...which)
      await generation.commit([makeChunk(1)])
    },
  }
  const generation = openGeneration(record, { catalog, store })
  await generation.loadPages({ first: 0, end: 9 })
  await generation.commit([makeChunk(0), makeChunk(1)])
  return generation
}

for (const backend of ['idb', 'opfs'] as const) {
  test(`where nothing can be noted, the data goes, and a chunk that is stored again meanwhile is there (${backend})`, async () => {
    const generation = await storeTwoOfWhichOneComesAgain(backend)
    refuseNotes()
    expect(await generation.evict({ first: 0, end: 2 })).toEqual({ chunks: 2, bytes: 1024 })
    expect([0, 1].map(generation.isStored)).toEqual([false, true])
    expect(await bytesOf(await generation.open(1))).toEqual(makeBytes(1))
    expect([...generation.bitsWithoutData]).toEqual([0])
    expect(await generation.coverage()).toEqual([{ first: 1, end: 2 }])
    expect(await storedData(backend, generation.record.id)).toEqual([1])
  })
}

const sparesPinned: EvictionTerms['mayGo'] = (_index, _page, isPinned) => !isPinned

for (const backend of ['idb', 'opfs'] as const) {
  for (const hasRoom of [true, false]) {
    const where = `${hasRoom ? '' : 'where nothing can be noted, '}`
    test(`${where}an eviction spares what is pinned by then, and only if it is told to (${backend})`, async () => {
      const { catalog, generations, open } = connect(backend)
      const record = await generations.ensure(found({ backend }))
      const generation = await open(record)
      await generation.commit([0, 1, 2, 3].map((index) => makeChunk(index)))
      // Bytes of the chunks 1 and 2.
      await createPinCatalog(catalog).add(record.url, [{ start: 1023, end: 1025 }])
      if (!hasRoom) refuseNotes()
      expect(await evictRanges(generation)).toEqual({ chunks: 2, bytes: 1024, pinnedBytes: 1024 })
      expect([0, 1, 2, 3].map(generation.isStored)).toEqual([false, true, true, false])
      expect(await generation.evict({ first: 0, end: 9 })).toEqual({ chunks: 2, bytes: 1024 })
    })
  }

  test(`where nothing can be noted, what is there when a pin resolves stays (${backend})`, async () => {
    const { catalog, chunks, generations } = connect(backend)
    const pins = createPinCatalog(catalog)
    const record = await generations.ensure(found({ backend }))
    let pinned: Promise<number[]> | undefined
    const store = {
      ...chunks,
      async dropData(...which: Parameters<typeof chunks.dropData>) {
        pinned ??= pins
          .add(record.url, [{ start: 0, end: 9999 }])
          .then(() => storedData(backend, record.id))
        // It either resolves now, or waits until all is over.
        await Promise.race([pinned, vi.waitFor(expectWaiting)])
        await chunks.dropData(...which)
      },
    }
    const generation = openGeneration(record, { catalog, store })
    await generation.commit([0, 1, 4].map((index) => makeChunk(index)))
    refuseNotes()
    const run = { first: 0, end: 4 }
    expect(await generation.evict(run, { mayGo: sparesPinned })).toMatchObject({ chunks: 2 })
    expect(await pinned).toEqual([4])
    expect(await storedData(backend, record.id)).toEqual([4])
  })
}

async function expectWaiting(): Promise<void> {
  expect((await navigator.locks.query()).pending).not.toEqual([])
}

test('where the second note is written, what was stored again meanwhile is missing too', async () => {
  const generation = await storeTwoOfWhichOneComesAgain('idb')
  refuseNotes(1)
  expect(await generation.evict({ first: 0, end: 2 })).toEqual({ chunks: 2, bytes: 1024 })
  expect([0, 1].map(generation.isStored)).toEqual([false, false])
  expect([[...generation.bitsWithoutData], await generation.coverage()]).toEqual([[], []])
})

test('a chunk whose data went before its bit could is told of once', async () => {
  const store = openDiskStore()
  const generation = store.open(await storeUsed(store, urls[0], [30, 20, 10]))
  const all = { first: 0, end: 2 }
  refuseNotes()
  expect(await generation.evict({ first: 0, end: 1 })).toEqual({ chunks: 1, bytes: 512 })
  expect(await generation.evict(all)).toEqual({ chunks: 1, bytes: 512 })
  expect(await generation.evict(all)).toEqual({ chunks: 0, bytes: 0 })
  vi.restoreAllMocks()
  expect(await generation.evict(all)).toEqual({ chunks: 0, bytes: 0 })
  expect(await generation.coverage()).toEqual([{ first: 2, end: 3 }])
})

test('chunks without data do not go for room, whatever is known of their bits, until they are stored again', async () => {
  const store = openDiskStore()
  const record = await storeUsed(store, urls[0], [30, 20, 10])
  const generation = store.open(record)
  const free = async (): Promise<number[]> => {
    await store.free({ wanted: () => 512, ranks: [[record]], keptOf: keepsNothing })
    return storedData('idb', record.id)
  }
  refuseNotes()
  expect(await free()).toEqual([1, 2])
  // The catalog says that it is stored.
  await generation.loadPages({ first: 0, end: 9 })
  await generation.refresh()
  expect(await free()).toEqual([2])
  await generation.commit([{ index: 0, bytes: makeBytes(0) }])
  expect(await free()).toEqual([0])
  vi.restoreAllMocks()
  await generation.evict({ first: 0, end: 1 })
  await generation.commit([{ index: 0, bytes: makeBytes(0) }])
  await store.free({ wanted: () => 512, ranks: [[record]], keptOf: keepsNothing })
  expect([await generation.coverage(), [...generation.bitsWithoutData]]).toEqual([[], []])
})

test('a chunk without data is missing although its bit is read again, until somebody else has stored it: then it stays where it is kept', async () => {
  const store = openDiskStore()
  const record = await storeUsed(store, urls[0], [30, 20, 10])
  const generation = store.open(record)
  await generation.loadPages({ first: 0, end: 9 })
  refuseNotes()
  await generation.evict({ first: 0, end: 1 })
  await generation.refresh()
  expect([[...generation.bitsWithoutData], generation.isStored(0)]).toEqual([[0], false])
  vi.restoreAllMocks()

  await openDiskStore()
    .open(record)
    .commit([{ index: 0, bytes: makeBytes(0) }])
  const keptOf = (): ChunkRun[] => [{ first: 0, end: 1 }]
  await store.free({ wanted: () => 512, ranks: [[record]], keptOf })
  await store.sweepAll()
  expect(await storedData('idb', record.id)).toEqual([0, 2])
  await generation.refresh()
  expect([[...generation.bitsWithoutData], generation.isStored(0)]).toEqual([[], true])
  expect(await generation.coverage()).toEqual([
    { first: 0, end: 1 },
    { first: 2, end: 3 },
  ])
})
