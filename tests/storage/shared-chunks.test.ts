import { beforeEach, describe, expect, test } from 'vitest'

import { shareChunks } from '../../src/storage/share-chunks.ts'
import { clearStorage, listTombstones, loseData, replaceData, storedData } from './raw-storage.ts'
import { bytesIn, counts, factsOf, next, shareOne, sweepAll } from './sharing.ts'
import { connect, found, makeBytes, makeChunk } from './test-store.ts'

beforeEach(clearStorage)

test('stores equal chunks once, in one commit, in several, and for several generations', async () => {
  const store = connect('idb')
  const one = await store.generations.ensure(found())
  const two = await store.generations.ensure(found(next))
  const equal = makeBytes(7)
  const generation = await store.open(one)
  await generation.commit([
    { index: 0, bytes: equal },
    { index: 1, bytes: equal },
    { index: 2, bytes: makeBytes(2) },
  ])
  await generation.commit([{ index: 3, bytes: equal }])
  await (await store.open(two)).commit([{ index: 5, bytes: equal }])
  expect(await counts()).toEqual([2, 3, 2])
  for (const index of [0, 1, 3]) expect(await bytesIn(store, one, index)).toEqual(equal)
  expect(await bytesIn(connect('idb'), two, 5)).toEqual(equal)
})

test('stores all-zero chunks as a flag, and takes them over as one', async () => {
  const store = connect('idb')
  const record = await store.generations.ensure(found())
  await (await store.open(record)).commit([{ index: 0, bytes: new Uint8Array(512) }])
  const zero = await factsOf(1, new Uint8Array(512))
  expect(await shareChunks(store.catalog, record.id, [zero])).toEqual([1])
  expect(await counts()).toEqual([0, 0, 0])
  expect(await bytesIn(store, record, 1)).toEqual(new Uint8Array(512))
})

test('takes over what is stored under its hash, and nothing else', async () => {
  const store = connect('idb')
  const [, record] = await shareOne(store)
  expect(await bytesIn(store, record, 3)).toEqual(makeBytes(0))
  const unknown = await factsOf(4, makeBytes(4))
  expect(await shareChunks(store.catalog, record.id, [unknown])).toEqual([])
  expect(await shareChunks(store.catalog, record.id, [await factsOf(3, makeBytes(0))])).toEqual([])
  expect(await shareChunks(store.catalog, 'gone', [await factsOf(3, makeBytes(0))])).toEqual([])
})

test('does not take over data that an older worker has deleted', async () => {
  const store = connect('idb')
  const old = await store.generations.ensure(found())
  await (await store.open(old)).commit([makeChunk(0)])
  await loseData('idb', old.id, 0)
  const record = await store.generations.ensure(found(next))
  expect(await shareChunks(store.catalog, record.id, [await factsOf(3, makeBytes(0))])).toEqual([])
})

test('keeps the data of a generation that is given up for those who share it, and for them only', async () => {
  const store = connect('idb')
  const [old, record] = await shareOne(store)
  await (await store.open(old)).commit([makeChunk(1)])
  await store.generations.activate(record.id)
  await store.generations.remove(old.id)
  await sweepAll(store)
  expect(await storedData('idb', old.id)).toEqual([0])
  expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(0))
  await store.generations.remove(record.id)
  await sweepAll(store)
  // Those who were reading it have their minute.
  expect(await storedData('idb', old.id)).toEqual([0])
  expect(await listTombstones()).toMatchObject([
    { generation: old.id, runs: [{ first: 0, end: 1 }] },
  ])
  await sweepAll(store)
  expect(await counts()).toEqual([0, 0, 0])
  expect(await listTombstones()).toEqual([])
})

test('keeps evicted data while others share it, and deletes it with the last of them', async () => {
  const store = connect('idb')
  const [old, record] = await shareOne(store)
  await (await store.open(old)).evict({ first: 0, end: 1 })
  await sweepAll(store)
  expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(0))
  await (await store.open(record)).evict({ first: 0, end: 9 })
  await sweepAll(store)
  await sweepAll(store)
  expect(await counts()).toEqual([0, 0, 0])
})

test('evicting a chunk that shares leaves the data to its owner', async () => {
  const store = connect('idb')
  const [old, record] = await shareOne(store)
  await (await store.open(record)).evict({ first: 3, end: 4 })
  await sweepAll(store)
  await sweepAll(store)
  expect(await counts()).toEqual([1, 0, 1])
  expect(await bytesIn(connect('idb'), old, 0)).toEqual(makeBytes(0))
})

describe('damaged data', () => {
  test.each([
    ['its owner', 0],
    ['who shares it', 3],
  ] as const)('is replaced by what %s stores anew', async (_, index) => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await replaceData(old, 0, makeBytes(99))
    const mended = index === 0 ? old : record
    await (await store.open(mended)).commit([{ index, bytes: makeBytes(0) }])
    expect(await bytesIn(connect('idb'), mended, index)).toEqual(makeBytes(0))
  })
})

test('two workers that store the same at the same time leave it stored, and readable', async () => {
  const [first, second] = [connect('idb'), connect('idb')]
  const one = await first.generations.ensure(found())
  const two = await first.generations.ensure(found(next))
  const generations = [await first.open(one), await second.open(two)]
  await Promise.all(
    generations.map((generation) =>
      generation.commit([0, 1, 2].map((index) => ({ index, bytes: makeBytes(5) }))),
    ),
  )
  expect((await counts())[0]).toBe(1)
  for (const record of [one, two]) {
    expect(await bytesIn(connect('idb'), record, 2)).toEqual(makeBytes(5))
  }
})

test('what is kept for others is no orphan: no worker gives it up again and again', async () => {
  const store = connect('idb')
  const [old, record] = await shareOne(store)
  await store.generations.remove(old.id)
  await sweepAll(store)
  await store.sweepOrphans()
  expect(await listTombstones()).toEqual([])
  expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(0))
})
