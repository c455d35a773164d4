import { beforeEach, expect, test } from 'vitest'

import { openDiskStore } from '../../src/storage/disk-store.ts'
import { clearStorage } from './raw-storage.ts'
import { found, makeChunk } from './test-store.ts'

beforeEach(clearStorage)

const all = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => makeChunk(index))
const zero = { index: 2, bytes: new Uint8Array(512) }
const last = makeChunk(8, 100)

test('a disk is complete from its last chunk on, until one goes', async () => {
  const store = openDiskStore()
  const disk = store.open(await store.generations.ensure(found()))
  expect(await disk.isComplete()).toBe(false)
  await disk.commit([...all.filter(({ index }) => index !== 2), zero])
  expect(await disk.isComplete()).toBe(false)
  await disk.commit([last])
  expect(await disk.isComplete()).toBe(true)
  await disk.evict({ first: 2, end: 3 })
  expect(await disk.isComplete()).toBe(false)
  await disk.commit([zero])
  expect(await openDiskStore().open(disk.record).isComplete()).toBe(true)
})

test('a chunk that is stored twice counts once', async () => {
  const [one, other] = [openDiskStore(), openDiskStore()]
  const record = await one.generations.ensure(found())
  await one.open(record).commit(all)
  await other.open(record).commit(all.slice(0, 1))
  await other.open(record).commit(all.slice(0, 1))
  expect(await one.open(record).isComplete()).toBe(false)
  await one.open(record).evict({ first: 0, end: 4 })
  await one.open(record).evict({ first: 0, end: 4 })
  await one.open(record).commit([...all.slice(0, 4), last])
  expect(await other.open(record).isComplete()).toBe(true)
})

test('one that is not in the catalog is not complete', async () => {
  const store = openDiskStore()
  const record = await store.generations.ensure(found())
  const disk = store.open(record)
  await disk.commit([...all, last])
  await store.generations.remove(record.id)
  expect(await disk.isComplete()).toBe(false)
})
