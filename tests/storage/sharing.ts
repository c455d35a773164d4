import { expect } from 'vitest'

import { checksumOfDigest, computeDigest } from '../../src/storage/checksum.ts'
import type { ChunkFacts } from '../../src/storage/chunk-store.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { shareChunks } from '../../src/storage/share-chunks.ts'
import { makeTombstonesDue, withCatalog } from './raw-storage.ts'
import { bytesOf, found, makeBytes, makeChunk } from './test-store.ts'
import type { TestStore } from './test-store.ts'

export const next = {
  identity: { validator: { kind: 'strong', etag: '"b"' }, sizeBytes: 4196 },
} as const

export async function factsOf(index: number, bytes: Uint8Array<ArrayBuffer>): Promise<ChunkFacts> {
  const digest = await computeDigest(bytes)
  const zero = bytes.every((byte) => byte === 0)
  return { index, digest, checksum: checksumOfDigest(digest), zero }
}

export async function bytesIn(
  store: TestStore,
  record: GenerationRecord,
  index: number,
): Promise<Uint8Array | undefined> {
  return bytesOf(await (await store.open(record)).open(index))
}

export function counts(): Promise<number[]> {
  return withCatalog(async (db) => [
    await db.count('chunks'),
    await db.count('shares'),
    await db.count('digests'),
  ])
}

/** Chunk 0 of an old generation, and of the next one, which shares it as chunk 3. */
export async function shareOne(store: TestStore): Promise<[GenerationRecord, GenerationRecord]> {
  const old = await store.generations.ensure(found())
  await (await store.open(old)).commit([makeChunk(0)])
  const record = await store.generations.ensure(found(next))
  const taken = await shareChunks(store.catalog, record.id, [await factsOf(3, makeBytes(0))])
  expect(taken).toEqual([3])
  return [old, record]
}

export async function sweepAll(store: TestStore): Promise<void> {
  await makeTombstonesDue()
  await store.sweep()
}
