import { beforeEach, expect, test, vi } from 'vitest'

import type { ChunkStore } from '../../src/storage/chunk-store.ts'
import { openGeneration } from '../../src/storage/stored-generation.ts'
import type { StoredGeneration } from '../../src/storage/stored-generation.ts'
import { clearStorage } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk, whole } from './test-store.ts'

beforeEach(clearStorage)

/** A store whose reads have their data, and wait before they give it out. */
function holdReads(store: ChunkStore): {
  store: ChunkStore
  begun: Promise<void>
  letGo: () => void
} {
  const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const read: ChunkStore['read'] = async (...wanted) => {
    const data = await store.read(...wanted)
    begun.resolve()
    await held.promise
    return data
  }
  return { store: { ...store, read }, begun: begun.promise, letGo: held.resolve }
}

/** A worker that has begun to open chunk 0, which another one gives up meanwhile. */
async function openWhatGoes(): Promise<{
  mine: StoredGeneration
  opening: Promise<Blob | undefined>
  letGo: () => void
}> {
  const [worker, other] = [connect('idb'), connect('idb')]
  const record = await worker.generations.ensure(found())
  await (await other.open(record)).commit([makeChunk(0)])
  const { store, begun, letGo } = holdReads(worker.chunks)
  const mine = openGeneration(record, { catalog: worker.catalog, store })
  await mine.loadPages({ first: 0, end: 9 })
  const opening = mine.open(0)
  await begun
  await (await other.open(record)).evict({ first: 0, end: 1 })
  return { mine, opening, letGo }
}

test('what was being opened when it was given up as bad does not come back after it was fetched again', async () => {
  const { mine, opening, letGo } = await openWhatGoes()
  await mine.refresh()
  await mine.commit([{ index: 0, bytes: makeBytes(77) }])
  letGo()
  await opening
  expect(mine.remembered(0, whole)).toBeUndefined()
  expect(await bytesOf(await mine.open(0))).toEqual(makeBytes(77))
})

test('nor does what was opened before this worker has heard that it was given up', async () => {
  const { mine, opening, letGo } = await openWhatGoes()
  letGo()
  expect(await bytesOf(await opening)).toEqual(makeBytes(0))
  await mine.commit([{ index: 0, bytes: makeBytes(77) }])
  expect(mine.remembered(0, whole)).toBeUndefined()
  expect(await bytesOf(await mine.open(0))).toEqual(makeBytes(77))
})

test('chunks that are all zero are remembered too, as long as they are', async () => {
  const { generations, open } = connect('idb')
  const mine = await open(await generations.ensure(found()))
  await mine.commit([{ index: 0, bytes: new Uint8Array(512) }])
  const blob = await mine.open(0)
  expect(await bytesOf(blob)).toEqual(new Uint8Array(512))
  expect(mine.remembered(0, whole)).toBe(blob)
  await mine.evict({ first: 0, end: 1 })
  await mine.commit([makeChunk(0)])
  await vi.waitUntil(() => mine.isStored(0))
  expect(mine.remembered(0, whole)).toBeUndefined()
  expect(await bytesOf(await mine.open(0))).toEqual(makeBytes(0))
})
