import { beforeEach, expect, test } from 'vitest'

import { firstUse, minuteOf, nextUse } from '../../src/core/chunk-use.ts'
import { openDiskStore } from '../../src/storage/disk-store.ts'
import { clearStorage, withCatalog } from './raw-storage.ts'
import { found, makeChunk, whole } from './test-store.ts'

beforeEach(clearStorage)

const anHourAgo = minuteOf(Date.now()) - 60

/** The uses of the first three chunks. */
function readUses(id: string): Promise<number[]> {
  return withCatalog(async (db) => [...((await db.get('pages', [id, 0]))?.uses ?? [])].slice(0, 3))
}

function writeUses(id: string, use: number): Promise<void> {
  return withCatalog(async (db) => {
    const page = await db.get('pages', [id, 0])
    const uses = new Uint32Array(1024).fill(use)
    if (page !== undefined) await db.put('pages', { ...page, uses }, [id, 0])
  })
}

test('what is stored was used just then', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  const before = minuteOf(Date.now())
  await store.open(record).commit([makeChunk(0), makeChunk(2)])
  const [first = 0, second, third] = await readUses(record.id)
  expect(first).toBeGreaterThanOrEqual(firstUse(before))
  expect([second, third]).toEqual([0, first])
})

test('notes which chunks were read, however they were read, and when their disk was used', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  await store.generations.touch(record.url)
  const generation = store.open(record)
  await generation.loadPages({ first: 0, end: 9 })
  await generation.commit([makeChunk(0), makeChunk(1), makeChunk(2)])
  await writeUses(record.id, firstUse(anHourAgo))
  await withCatalog((db) => db.put('disks', { url: record.url, tags: ['a'], lastUsedAt: 5 }))
  await generation.open(0)
  generation.rememberedPart(2, whole)
  await store.flushUses()
  const now = minuteOf(Date.now())
  expect(await readUses(record.id)).toEqual(
    [true, false, true].map((isUsed) =>
      isUsed ? nextUse(firstUse(anHourAgo), now) : firstUse(anHourAgo),
    ),
  )
  const [disk] = await store.generations.disks()
  expect(disk?.tags).toEqual(['a'])
  expect(disk?.lastUsedAt).toBeGreaterThan(5)
})

test('a chunk that is read again and again is written once', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  const generation = store.open(record)
  await generation.loadPages({ first: 0, end: 9 })
  await generation.commit([makeChunk(0)])
  await writeUses(record.id, firstUse(anHourAgo))
  await generation.open(0)
  await store.flushUses()
  await writeUses(record.id, 7)
  generation.remembered(0, whole)
  await generation.open(0)
  await store.flushUses()
  expect(await readUses(record.id)).toEqual([7, 7, 7])
})

test('a generation that was given up meanwhile is not brought back', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  const generation = store.open(record)
  await generation.commit([makeChunk(0)])
  await generation.open(0)
  await store.generations.remove(record.id)
  await store.flushUses()
  expect(await withCatalog((db) => db.count('pages'))).toBe(0)
})
