import { deleteDB, openDB } from 'idb'
import type { IDBPDatabase } from 'idb'
import { beforeEach, expect, test } from 'vitest'

import { computeChecksum } from '../../src/storage/checksum.ts'
import { catalogName, catalogVersion } from '../../src/storage/catalog-schema.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { createPage, markStored } from '../../src/storage/coverage-page.ts'
import { clearStorage, makeTombstonesDue, storedData, withCatalog } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes } from './test-store.ts'

/*
 * A catalog as version 1 made it, written by hand: none of the code of today.
 */

beforeEach(clearStorage)

const record: GenerationRecord = { ...found(), id: 'of-version-1', state: 'active' }

/** Opens the catalog as a worker of version 1 does: it closes for a newer one, and opens whatever there is then. */
function openAsV1(): Promise<IDBPDatabase> {
  return openDB(catalogName, 1, {
    upgrade(db) {
      db.createObjectStore('disks', { keyPath: 'url' })
      db.createObjectStore('generations', { keyPath: 'id' }).createIndex('url', 'url')
      db.createObjectStore('pages')
      db.createObjectStore('chunks')
      db.createObjectStore('tombstones', { autoIncrement: true })
      db.createObjectStore('sessions', { keyPath: ['clientId', 'url'] }).createIndex('url', 'url')
      db.createObjectStore('options')
      db.createObjectStore('counters')
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'VersionError') return openDB(catalogName)
    throw error
  })
}

/** Stores a chunk as version 1 does: data and bit in one transaction. */
async function storeAsV1(db: IDBPDatabase, index: number): Promise<void> {
  const bytes = makeBytes(index)
  const checksum = await computeChecksum(bytes)
  const transaction = db.transaction(['pages', 'chunks'], 'readwrite')
  const pages = transaction.objectStore('pages')
  const page = (await pages.get([record.id, 0])) ?? createPage()
  markStored(page, { index, checksum, zero: false })
  await pages.put(page, [record.id, 0])
  await transaction.objectStore('chunks').put(new Blob([bytes]), [record.id, index])
  await transaction.done
}

async function makeV1(): Promise<IDBPDatabase> {
  const db = await openAsV1()
  await db.put('disks', { url: record.url, tags: ['mine'], lastUsedAt: 5 })
  await db.put('generations', record)
  await db.put('sessions', {
    clientId: 'page',
    url: record.url,
    identity: record.identity,
    startedAt: 1,
  })
  await storeAsV1(db, 0)
  return db
}

test('a catalog of version 1 is brought up to date with all that is in it, while its worker has it open', async () => {
  const before = await makeV1()
  const store = connect('idb')
  expect(await store.generations.list()).toEqual([record])
  expect(() => before.transaction('chunks')).toThrow()
  await withCatalog(async (db) => {
    expect(db.version).toBe(catalogVersion)
    expect([...db.objectStoreNames]).toEqual(
      expect.arrayContaining(['shares', 'digests', 'hashes', 'chunks', 'sessions', 'boots']),
    )
    expect(await db.count('sessions')).toBe(1)
  })
  expect(await store.generations.disks()).toMatchObject([{ tags: ['mine'] }])
  const generation = await store.open(record)
  expect(await bytesOf(await generation.open(0))).toEqual(makeBytes(0))
  expect(await generation.commit([{ index: 1, bytes: makeBytes(1) }])).toBe(true)
})

test('a worker of version 1 goes on beside a newer one', async () => {
  await makeV1()
  const store = connect('idb')
  const generation = await store.open(record)
  await generation.commit([{ index: 1, bytes: makeBytes(1) }])
  const old = await openAsV1()
  await storeAsV1(old, 2)
  expect(await (await old.get('chunks', [record.id, 1])).arrayBuffer()).toEqual(makeBytes(1).buffer)
  generation.refresh()
  const again = await connect('idb').open(record)
  for (const index of [0, 1, 2]) {
    expect(await bytesOf(await again.open(index))).toEqual(makeBytes(index))
  }
  old.close()
})

test('data that a worker of version 1 has deleted is an ordinary miss for those who share it', async () => {
  await makeV1()
  const store = connect('idb')
  const generation = await store.open(record)
  await generation.commit([
    { index: 4, bytes: makeBytes(9) },
    { index: 5, bytes: makeBytes(9) },
  ])
  const old = await openAsV1()
  await old.delete('chunks', [record.id, 4])
  old.close()
  const again = await connect('idb').open(record)
  expect(await again.open(5)).toBe(undefined)
  expect(again.isStored(5)).toBe(false)
  expect(await again.commit([{ index: 5, bytes: makeBytes(9) }])).toBe(true)
  expect(await bytesOf(await again.open(5))).toEqual(makeBytes(9))
})

test('what a worker of version 1 leaves of a generation that it gives up is deleted', async () => {
  await makeV1()
  const store = connect('idb')
  const other = await store.generations.ensure(found({ url: `${record.url}2` }))
  await (await store.open(other)).commit([{ index: 0, bytes: makeBytes(9) }])
  await (await store.open(record)).commit([{ index: 5, bytes: makeBytes(9) }])
  const old = await openAsV1()
  await old.delete('generations', record.id)
  await old.delete('pages', IDBKeyRange.bound([record.id], [record.id, []]))
  await old.delete('chunks', IDBKeyRange.bound([record.id], [record.id, []]))
  old.close()
  await store.sweep()
  expect(await withCatalog((db) => db.count('shares'))).toBe(0)
  expect(await withCatalog((db) => db.getAllKeys('digests'))).toEqual([[other.id, 0]])
  await store.generations.remove(other.id)
  await makeTombstonesDue()
  await store.sweep()
  expect(await storedData('idb', other.id)).toEqual([])
  await deleteDB(catalogName)
})
