import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { joinCatalogChanges } from '../../src/storage/catalog-changes.ts'
import { openDiskStore } from '../../src/storage/disk-store.ts'
import {
  clearStorage,
  listFiles,
  listTombstones,
  makeTombstonesDue,
  storedData,
  withCatalog,
} from './raw-storage.ts'
import { found, makeChunk } from './test-store.ts'

beforeEach(clearStorage)
afterEach(() => vi.restoreAllMocks())

test('opens the same generation once, until it is dropped', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  const generation = store.open(record)
  expect(store.open({ ...record })).toBe(generation)
  store.drop(record.id)
  expect(store.open(record)).not.toBe(generation)
})

test('keeps the chunks of a generation where its record says', async () => {
  const store = openDiskStore()
  const inFiles = await store.generations.ensure(found({ backend: 'opfs' }))
  const inDatabase = await store.generations.ensure(found({ url: 'https://example.test/b' }))
  for (const record of [inFiles, inDatabase]) await store.open(record).commit([makeChunk(0)])
  expect(await listFiles()).toEqual([`${inFiles.id}/0/0`])
  expect(await withCatalog((db) => db.getAllKeys('chunks'))).toEqual([[inDatabase.id, 0]])
})

test('sweeps what is due in both places', async () => {
  const store = openDiskStore()
  const records = [
    await store.generations.ensure(found({ backend: 'opfs' })),
    await store.generations.ensure(found({ url: 'https://example.test/b' })),
  ]
  for (const record of records) {
    await store.open(record).commit([makeChunk(0)])
    await store.generations.remove(record.id)
  }
  expect(await store.sweep()).toBeGreaterThan(Date.now())
  await makeTombstonesDue()
  expect(await store.sweep()).toBe(undefined)
  for (const { backend, id } of records) expect(await storedData(backend, id)).toEqual([])
})

test('what comes due while it sweeps is the next', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found({}))
  await store.open(record).commit([makeChunk(0)])
  await store.generations.remove(record.id)
  const startedAt = Date.now()
  let hours = 0
  vi.spyOn(Date, 'now').mockImplementation(() => startedAt + hours++ * 3_600_000)
  expect(await store.sweep()).toBeLessThanOrEqual(startedAt + 60_000)
})

test('sweeps the others when one generation cannot be deleted', async () => {
  const store = openDiskStore()
  const stuck = await store.generations.ensure(found({ backend: 'opfs' }))
  const other = await store.generations.ensure(found({ url: 'https://example.test/b' }))
  for (const record of [stuck, other]) {
    await store.open(record).commit([makeChunk(0)])
    await store.generations.remove(record.id)
  }
  await makeTombstonesDue()
  vi.spyOn(FileSystemDirectoryHandle.prototype, 'removeEntry').mockRejectedValue(
    new DOMException('a writer has it open', 'NoModificationAllowedError'),
  )
  await store.sweep().catch(() => undefined)
  expect(await storedData('idb', other.id)).toEqual([])
  expect(await listTombstones()).toMatchObject([{ generation: stuck.id }])
})

test('counts the bytes that are stored, of all generations', async () => {
  const store = openDiskStore()
  expect((await store.countStored()).bytes).toBe(0)
  const small = await store.generations.ensure(found({ backend: 'opfs' }))
  const large = { url: 'https://example.test/b', chunkSize: 4096 }
  const other = await store.generations.ensure(found(large))
  await store.open(small).commit([makeChunk(0), makeChunk(8, 100)])
  await store.open(other).commit([makeChunk(0, 4096)])
  expect((await store.countStored()).bytes).toBe(512 + 100 + 4096)
  await store.generations.remove(other.id)
  expect((await store.countStored()).bytes).toBe(512 + 100)
})

test('keeps new generations in IndexedDB unless OPFS is asked for', async () => {
  const store = openDiskStore()
  const chosen = (['auto', 'idb', 'opfs'] as const).map((wish) => store.backendFor(wish))
  expect(await Promise.all(chosen)).toEqual(['idb', 'idb', 'opfs'])
  expect(await listFiles()).toEqual([])
})

test('keeps new generations in IndexedDB where OPFS cannot be written', async () => {
  vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(
    new DOMException('private window', 'SecurityError'),
  )
  expect(await openDiskStore().backendFor('opfs')).toBe('idb')
})

test('tells other workers of a change, and not itself', async () => {
  const heard: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const sender = joinCatalogChanges((url) => heard.push(`sender: ${url}`))
  const other = joinCatalogChanges((url) => {
    heard.push(`other: ${url}`)
    if (url === 'last') resolve()
  })
  sender.announce('https://example.test/a')
  sender.announce('last')
  await promise
  expect(heard).toEqual(['other: https://example.test/a', 'other: last'])
  sender.close()
  other.close()
})
