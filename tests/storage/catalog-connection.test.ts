import { deleteDB, openDB } from 'idb'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import type { CatalogConnection } from '../../src/storage/catalog-connection.ts'
import { catalogName, catalogVersion } from '../../src/storage/catalog-schema.ts'
import { clearStorage } from './raw-storage.ts'

beforeEach(clearStorage)
afterEach(() => vi.restoreAllMocks())

function countDisks(catalog: CatalogConnection): Promise<number> {
  return catalog.use('Counting', (db) => db.count('disks'))
}

async function addDisk(catalog: CatalogConnection): Promise<void> {
  const disk = { url: 'https://example.test/a.img', tags: [], lastUsedAt: 0 }
  await catalog.use('Adding', (db) => db.put('disks', disk))
}

test('opens nothing until it is used', async () => {
  const catalog = createCatalogConnection()
  expect(await indexedDB.databases()).toEqual([])
  await countDisks(catalog)
  expect(await indexedDB.databases()).toEqual([{ name: catalogName, version: catalogVersion }])
})

test('opens once for many uses at the same time', async () => {
  const catalog = createCatalogConnection()
  const used = await Promise.all([1, 2, 3].map(() => catalog.use('Looking', async (db) => db)))
  expect(new Set(used).size).toBe(1)
})

test('opens anew after it was closed', async () => {
  const catalog = createCatalogConnection()
  await addDisk(catalog)
  catalog.close()
  expect(await countDisks(catalog)).toBe(1)
})

test('opens anew when the browser closed the connection behind our back', async () => {
  const catalog = createCatalogConnection()
  await addDisk(catalog)
  await catalog.use('Closing', async (db) => db.close())
  expect(await countDisks(catalog)).toBe(1)
})

test('gives way when the database is deleted, and makes it anew', async () => {
  const catalog = createCatalogConnection()
  await addDisk(catalog)
  await deleteDB(catalogName)
  expect(await countDisks(catalog)).toBe(0)
})

test('lets work that is under way finish before it gives way', async () => {
  const catalog = createCatalogConnection()
  const order: string[] = []
  const work = catalog.use('Writing', async (db) => {
    const { store, done } = db.transaction('disks', 'readwrite')
    for (let at = 0; at < 20; at++) {
      await store.put({ url: String(at), tags: [], lastUsedAt: at })
    }
    await done
    order.push('written')
  })
  await countDisks(catalog)
  const deletion = deleteDB(catalogName).then(() => order.push('deleted'))
  await Promise.all([work, deletion])
  expect(order).toEqual(['written', 'deleted'])
})

test('gives way to a newer version', async () => {
  const catalog = createCatalogConnection()
  await addDisk(catalog)
  const newer = await openDB(catalogName, catalogVersion + 1)
  expect(newer.version).toBe(catalogVersion + 1)
  newer.close()
})

test('goes on working beside a newer version', async () => {
  const catalog = createCatalogConnection()
  await addDisk(catalog)
  const newer = await openDB(catalogName, catalogVersion + 1, {
    upgrade: (db) => void db.createObjectStore('something new'),
  })
  onTestFinished(() => newer.close())
  expect(await countDisks(catalog)).toBe(1)
})

test('says storage-failed when the database cannot be opened, and tries again the next time', async () => {
  const cause = new DOMException('Internal error', 'UnknownError')
  vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
    throw cause
  })
  const catalog = createCatalogConnection()
  const error = await countDisks(catalog).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(DiskCacheError)
  expect(error).toMatchObject({ code: 'storage-failed', cause })
  expect(String(error)).toContain('Counting')
  expect(await countDisks(catalog)).toBe(0)
})

test('passes on our own errors, and wraps those of others', async () => {
  const catalog = createCatalogConnection()
  const ours = new DiskCacheError('aborted', 'as it is')
  await expect(catalog.use('Trying', () => Promise.reject(ours))).rejects.toBe(ours)
  const theirs = new TypeError('broken')
  await expect(catalog.use('Trying', () => Promise.reject(theirs))).rejects.toMatchObject({
    code: 'storage-failed',
    cause: theirs,
  })
})

test('gives up an opening that hangs, also for those who come later, until it has come about', async () => {
  // Of an older version, and does not give way.
  const old = await openDB(catalogName, 1, {
    upgrade: (db) => void db.createObjectStore('disks', { keyPath: 'url' }),
  })
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const catalog = createCatalogConnection()
  const first = expect(countDisks(catalog)).rejects.toMatchObject({ code: 'storage-failed' })
  await vi.advanceTimersByTimeAsync(5_000)
  await first
  await expect(countDisks(catalog)).rejects.toMatchObject({ code: 'storage-failed' })
  vi.useRealTimers()
  old.close()
  await vi.waitFor(async () => expect(await countDisks(catalog)).toBe(0))
})
