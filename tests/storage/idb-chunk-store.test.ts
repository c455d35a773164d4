import { afterEach, expect, test, vi } from 'vitest'

import { testChunkStore } from './chunk-store-contract.ts'
import { withCatalog } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk, whole } from './test-store.ts'

testChunkStore('idb')

afterEach(() => vi.restoreAllMocks())

test('keeps chunks as Blobs, and nothing else, however many workers begin to store at once', async () => {
  const workers = Array.from({ length: 8 }, () => connect('idb'))
  const [first] = workers
  const record = await first?.generations.ensure(found())
  if (record === undefined) throw new Error('There is no worker')
  const commits = workers.map(async ({ catalog, open }, index) => {
    const generation = await open(record)
    // One after the other by a transaction each, so that their first steps meet in every way.
    for (let at = 0; at < index; at++) await catalog.use('Waiting', (db) => db.count('chunks'))
    return generation.commit([makeChunk(index)])
  })
  expect(new Set(await Promise.all(commits))).toEqual(new Set([true]))
  const [keys, values] = await withCatalog((db) =>
    Promise.all([db.getAllKeys('chunks'), db.getAll('chunks')]),
  )
  expect(keys).toEqual(workers.map((_, index) => [record.id, index]))
  expect(values.map((value) => value.constructor.name)).toEqual(workers.map(() => 'Blob'))
})

test('keeps chunks as ArrayBuffers of their own where Blobs cannot be stored', async () => {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the store as `this`
  const { put } = IDBObjectStore.prototype
  const spy = vi.spyOn(IDBObjectStore.prototype, 'put')
  spy.mockImplementation(function putNoBlob(this: IDBObjectStore, value: unknown, key) {
    if (value instanceof Blob) throw new DOMException('no Blobs in here', 'DataCloneError')
    return put.call(this, value, key)
  })
  const { generations, open } = connect('idb')
  const record = await generations.ensure(found())
  const generation = await open(record)
  const part = { index: 0, bytes: makeBytes(0, 2048).subarray(700, 700 + 512) }
  expect(await generation.commit([part, makeChunk(1)])).toBe(true)
  const values = await withCatalog((db) => db.getAll('chunks'))
  expect(values.map((value) => value instanceof ArrayBuffer && value.byteLength)).toEqual([
    512, 512,
  ])
  const again = await connect('idb').open(record)
  expect(await bytesOf(await again.open(0))).toEqual(part.bytes.slice())
  expect(await bytesOf(await again.open(1))).toEqual(makeBytes(1))
  // It would cost as much memory as the chunk.
  expect(again.remembered(0, whole)).toBe(undefined)
})
