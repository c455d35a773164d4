import { expect, test } from 'vitest'

import { testChunkStore } from './chunk-store-contract.ts'
import { withCatalog } from './raw-storage.ts'
import { connect, found, makeChunk } from './test-store.ts'

testChunkStore('idb')

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
