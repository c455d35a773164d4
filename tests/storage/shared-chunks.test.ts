import { beforeEach, describe, expect, test } from 'vitest'

import { checksumOfDigest, computeDigest } from '../../src/storage/checksum.ts'
import type { ChunkFacts } from '../../src/storage/chunk-store.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { clearBadChunks } from '../../src/storage/clear-bad-chunks.ts'
import { shareChunks } from '../../src/storage/share-chunks.ts'
import {
  clearStorage,
  listTombstones,
  loseData,
  makeTombstonesDue,
  replaceData,
  storedData,
  withCatalog,
} from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk } from './test-store.ts'
import type { TestStore } from './test-store.ts'

beforeEach(clearStorage)

const next = { identity: { validator: { kind: 'strong', etag: '"b"' }, sizeBytes: 4196 } } as const

async function factsOf(index: number, bytes: Uint8Array<ArrayBuffer>): Promise<ChunkFacts> {
  const digest = await computeDigest(bytes)
  const zero = bytes.every((byte) => byte === 0)
  return { index, digest, checksum: checksumOfDigest(digest), zero }
}

async function bytesIn(store: TestStore, record: GenerationRecord, index: number) {
  return bytesOf(await (await store.open(record)).open(index))
}

function counts(): Promise<number[]> {
  return withCatalog(async (db) => [
    await db.count('chunks'),
    await db.count('shares'),
    await db.count('digests'),
  ])
}

/** Chunk 0 of an old generation, and of the next one, which shares it as chunk 3. */
async function shareOne(store: TestStore): Promise<[GenerationRecord, GenerationRecord]> {
  const old = await store.generations.ensure(found())
  await (await store.open(old)).commit([makeChunk(0)])
  const record = await store.generations.ensure(found(next))
  const taken = await shareChunks(store.catalog, record.id, [await factsOf(3, makeBytes(0))])
  expect(taken).toEqual([3])
  return [old, record]
}

async function sweepAll(store: TestStore): Promise<void> {
  await makeTombstonesDue()
  await store.sweep()
}

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

describe('data that turns out to be bad', () => {
  test('is given up by all that share it, and shared no more', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    const { checksum } = await factsOf(0, makeBytes(0))
    const changed = await clearBadChunks(store.catalog, record, new Map([[3, checksum]]))
    expect([...changed]).toEqual([record.url])
    expect(await (await connect('idb').open(old)).coverage()).toEqual([])
    expect(await (await connect('idb').open(record)).coverage()).toEqual([])
    // Before it is deleted, and after.
    for (const sweep of [async () => undefined, () => sweepAll(store)]) {
      await sweep()
      expect(await shareChunks(store.catalog, old.id, [await factsOf(5, makeBytes(0))])).toEqual([])
    }
    expect(await counts()).toEqual([0, 0, 0])
  })

  test('stays with those that have stored the chunk anew meanwhile', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    const { checksum } = await factsOf(4, makeBytes(4))
    await clearBadChunks(store.catalog, record, new Map([[3, checksum]]))
    expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(0))
    expect(await bytesIn(connect('idb'), old, 0)).toEqual(makeBytes(0))
  })

  test('is stored anew with data of its own', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await replaceData(old, 0, makeBytes(1))
    const { checksum } = await factsOf(0, makeBytes(0))
    await clearBadChunks(store.catalog, old, new Map([[0, checksum]]))
    await (await store.open(record)).commit([makeChunk(0)])
    // What was shared goes when its last sharer has gone.
    for (let times = 0; times < 2; times++) await sweepAll(store)
    expect(await bytesIn(connect('idb'), record, 0)).toEqual(makeBytes(0))
    expect(await counts()).toEqual([1, 0, 1])
  })
})

test('data that others share is not dropped to make room', async () => {
  const store = connect('idb')
  const [old, record] = await shareOne(store)
  await (await store.open(old)).commit([makeChunk(1)])
  await store.chunks.dropData(old.id, { first: 0, end: 9 })
  expect(await bytesIn(connect('idb'), record, 3)).toEqual(makeBytes(0))
  expect(await counts()).toEqual([1, 1, 2])
})

describe('a chunk that is stored anew with other bytes', () => {
  test('leaves those who share its data the old ones', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await shareChunks(store.catalog, record.id, [await factsOf(5, makeBytes(0))])
    const generation = await store.open(old)
    await generation.evict({ first: 0, end: 1 })
    await generation.commit([{ index: 0, bytes: makeBytes(9) }])
    for (const sweep of [async () => undefined, () => sweepAll(store)]) {
      await sweep()
      expect(await bytesIn(connect('idb'), old, 0)).toEqual(makeBytes(9))
      for (const index of [3, 5]) {
        expect(await bytesIn(connect('idb'), record, index)).toEqual(makeBytes(0))
      }
    }
    expect(await counts()).toEqual([2, 1, 2])
  })

  test('gets no pointer while there is data of its own', async () => {
    const store = connect('idb')
    const record = await store.generations.ensure(found())
    const generation = await store.open(record)
    await generation.commit([makeChunk(0), { index: 1, bytes: makeBytes(7) }])
    await replaceData(record, 0, makeBytes(8))
    await generation.evict({ first: 0, end: 1 })
    expect(await shareChunks(store.catalog, record.id, [await factsOf(0, makeBytes(7))])).toEqual(
      [],
    )
    await generation.commit([
      { index: 2, bytes: makeBytes(6) },
      { index: 0, bytes: makeBytes(6) },
    ])
    expect(await bytesIn(connect('idb'), record, 0)).toEqual(makeBytes(6))
  })

  test('releases what it shared before', async () => {
    const store = connect('idb')
    const [old, record] = await shareOne(store)
    await (await store.open(old)).evict({ first: 0, end: 1 })
    await sweepAll(store)
    await (await store.open(record)).evict({ first: 3, end: 4 })
    await (await store.open(record)).commit([{ index: 3, bytes: makeBytes(3) }])
    for (let times = 0; times < 2; times++) await sweepAll(store)
    expect(await counts()).toEqual([1, 0, 1])
  })
})
