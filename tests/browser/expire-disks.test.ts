import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { DiskCacheEvent } from '../../src/protocol/events.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { openDiskStore } from '../../src/storage/disk-store.ts'
import type { DiskStore } from '../../src/storage/disk-store.ts'
import { createDiskGenerations } from '../../src/worker/disk-generations.ts'
import type { DiskReader } from '../../src/worker/disk-reader.ts'
import { expireDisks } from '../../src/worker/expire-disks.ts'
import type { WorkerContext } from '../../src/worker/worker-context.ts'
import { clearStorage, withCatalog } from '../storage/raw-storage.ts'
import { storeUsed, urls } from '../storage/used-chunks.ts'

const [first, second] = urls
const hourMs = 3_600_000

beforeEach(async () => {
  await clearStorage()
  vi.stubGlobal('clients', { matchAll: async () => [{ id: 'a-page' }] })
})
afterEach(() => vi.unstubAllGlobals())

/** A disk of three chunks that nobody has used for so long. */
async function storeIdle(store: DiskStore, url: string, hours: number): Promise<GenerationRecord> {
  const record = await storeUsed(store, url, [9000, 9000, 9000])
  const lastUsedAt = Date.now() - hours * hourMs
  await withCatalog((db) => db.put('disks', { url, tags: [], lastUsedAt }))
  return record
}

/** @returns the disks that lost chunks. */
async function expire(store: DiskStore): Promise<string[]> {
  const events: DiskCacheEvent[] = []
  const context = {
    store,
    options: { maxIdle: hourMs },
    log: { emit: (event: DiskCacheEvent) => void events.push(event) },
    announceChange: () => undefined,
  } as unknown as WorkerContext
  const readerOf = (url: string): DiskReader => {
    const generations = createDiskGenerations(url, context, () => Promise.reject(new Error('?')))
    return { generations } as unknown as DiskReader
  }
  await expireDisks(context, readerOf)
  return events.flatMap((event) => (event.type === 'evicted' ? [event.url] : []))
}

test('gives up all disks that nobody has used for so long, and forgets them', async () => {
  const store = openDiskStore()
  await storeIdle(store, first, 2)
  await storeIdle(store, second, 3)
  expect(await expire(store)).toEqual(urls)
  expect([await store.generations.list(), await store.generations.disks()]).toEqual([[], []])
})

const uses: readonly (readonly [
  string,
  (store: DiskStore, record: GenerationRecord) => Promise<unknown>,
])[] = [
  ['used', ({ generations }, { url }) => generations.touch(url)],
  [
    'read by a page',
    ({ sessions }, { url, identity }) => sessions.bind({ clientId: 'a-page', url, identity }),
  ],
]

test.each(uses)('a disk that is %s while another one goes stays', async (_, use) => {
  const store = openDiskStore()
  await storeIdle(store, first, 2)
  const record = await storeIdle(store, second, 3)
  const forgetDisks: DiskStore['generations']['forgetDisks'] = async (...which) => {
    await store.generations.forgetDisks(...which)
    await use(store, record)
  }
  const watched = { ...store, generations: { ...store.generations, forgetDisks } }
  expect(await expire(watched)).toEqual([first])
  expect(await store.open(record).coverage()).toEqual([{ first: 0, end: 3 }])
  expect((await store.generations.disks()).map(({ url }) => url)).toEqual([second])
})

test('what is pinned of a disk after it was found idle stays, with the pin', async () => {
  const store = openDiskStore()
  const record = await storeIdle(store, first, 2)
  const pins = [{ start: 512, end: 513 }]
  const matchAll = async (): Promise<{ id: string }[]> => {
    await store.pins.add(first, pins)
    return []
  }
  vi.stubGlobal('clients', { matchAll })
  expect(await expire(store)).toEqual([first])
  expect(await store.open(record).coverage()).toEqual([{ first: 1, end: 2 }])
  expect(await store.generations.list()).toMatchObject([{ id: record.id }])
  expect(await store.generations.disks()).toMatchObject([{ url: first, pins }])
})

test('a disk that is pinned while it goes is not forgotten', async () => {
  const store = openDiskStore()
  const { url } = await storeIdle(store, first, 2)
  const pins = [{ start: 0, end: 1 }]
  const remove: DiskStore['generations']['remove'] = async (...which) => {
    await store.generations.remove(...which)
    await store.pins.add(url, pins)
  }
  await expire({ ...store, generations: { ...store.generations, remove } })
  expect(await store.generations.disks()).toMatchObject([{ url, pins }])
})
