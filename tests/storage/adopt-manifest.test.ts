import { beforeEach, describe, expect, test } from 'vitest'

import { hashBytes } from '../../src/core/parse-manifest.ts'
import type { ChunkManifest } from '../../src/core/parse-manifest.ts'
import { adoptManifest, noteNoManifest, readHashes } from '../../src/storage/adopt-manifest.ts'
import { computeDigest } from '../../src/storage/checksum.ts'
import { clearStorage, storedData, withCatalog } from './raw-storage.ts'
import { bytesOf, connect, found, makeBytes, makeChunk } from './test-store.ts'

beforeEach(clearStorage)

const chunkCount = 9

/** Promises what {@link makeChunk} makes, of all chunks but those of `unknown`. */
async function manifestOf({
  chunkSize = 512,
  unknown = [] as number[],
  altered = [] as number[],
} = {}): Promise<ChunkManifest> {
  const hashes = new Uint8Array(chunkCount * hashBytes)
  for (let index = 0; index < chunkCount; index++) {
    const bytes = makeBytes(altered.includes(index) ? 1000 : index, index === 8 ? 100 : 512)
    if (unknown.includes(index)) continue
    hashes.set(new Uint8Array(await computeDigest(bytes)), index * hashBytes)
  }
  return { version: '1', chunkSize, hashes }
}

describe.each(['idb', 'opfs'] as const)('%s', (backend) => {
  test('a chunk that is not what its manifest promises is not stored, and others are', async () => {
    const store = connect(backend)
    const record = await store.generations.ensure(found({ backend }))
    await adoptManifest(store.catalog, record.id, await manifestOf({ unknown: [5] }))
    const generation = await store.open(record)
    const altered = { index: 2, bytes: makeBytes(77) }
    const commit = generation.commit([makeChunk(1), altered, { index: 5, bytes: makeBytes(78) }])
    await expect(commit).rejects.toMatchObject({
      code: 'integrity-failed',
      details: { chunks: [2] },
    })
    expect([1, 2, 5].map((index) => generation.isStored(index))).toEqual([true, false, true])
    const again = await connect(backend).open(record)
    expect([1, 2, 5].map((index) => again.isStored(index))).toEqual([true, false, true])
    expect(await bytesOf(await again.open(1))).toEqual(makeBytes(1))
    if (backend === 'idb') expect(await storedData(backend, record.id)).toEqual([1, 5])
    expect(await generation.commit([makeChunk(2)])).toBe(true)
  })
})

test('a manifest is kept with its generation, and goes with it', async () => {
  const { catalog, generations } = connect('idb')
  const record = await generations.ensure(found())
  const manifest = await manifestOf()
  const adoption = await adoptManifest(catalog, record.id, manifest)
  expect(adoption).toEqual({ kind: 'kept', record: { ...record, manifest: 'kept' } })
  expect(await readHashes(catalog, record.id)).toEqual(new Map([[0, manifest.hashes]]))
  await generations.remove(record.id)
  expect(await withCatalog((db) => db.count('hashes'))).toBe(0)
  expect(await adoptManifest(catalog, record.id, manifest)).toEqual({ kind: 'gone' })
})

test('a manifest that what is stored contradicts is of another version: nothing of it is kept', async () => {
  const { catalog, generations, open } = connect('idb')
  const record = await generations.ensure(found())
  await (await open(record)).commit([makeChunk(0), makeChunk(4)])
  const adoption = await adoptManifest(catalog, record.id, await manifestOf({ altered: [4, 6] }))
  expect(adoption).toEqual({ kind: 'contradicted', chunk: 4 })
  expect(await readHashes(catalog, record.id)).toEqual(new Map())
  expect(await generations.list()).toEqual([{ ...record, storedBytes: 1024 }])
})

test('a generation of which nothing is stored is made anew with the chunk size of its manifest', async () => {
  const { catalog, generations } = connect('idb')
  const record = await generations.ensure(found())
  const manifest = await manifestOf({ chunkSize: 1024 })
  const adoption = await adoptManifest(catalog, record.id, manifest)
  const [made, ...others] = await generations.list()
  expect(others).toEqual([])
  expect(adoption).toEqual({ kind: 'kept', record: made })
  expect(made).toEqual({ ...record, id: made?.id, chunkSize: 1024, manifest: 'kept' })
  expect(made?.id).not.toBe(record.id)
  // The next version is found with that chunk size.
  const identity = { ...record.identity, sizeBytes: 9000 }
  expect(await generations.ensure(found({ identity }))).toMatchObject({ chunkSize: 1024 })
})

test('a generation with chunks of another size keeps them', async () => {
  const { catalog, generations, open } = connect('idb')
  const record = await generations.ensure(found())
  await (await open(record)).commit([makeChunk(0)])
  const manifest = await manifestOf({ chunkSize: 1024 })
  expect(await adoptManifest(catalog, record.id, manifest)).toEqual({ kind: 'other-grid' })
  expect(await generations.list()).toEqual([{ ...record, storedBytes: 512 }])
})

test('that an origin has no manifest is remembered', async () => {
  const { catalog, generations } = connect('idb')
  const record = await generations.ensure(found())
  await noteNoManifest(catalog, record.id)
  await noteNoManifest(catalog, 'gone')
  expect(await generations.list()).toEqual([{ ...record, manifest: 'none' }])
})
