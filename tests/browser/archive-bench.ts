import { exportDisk } from '../../src/archive/export-disk.ts'
import type { ArchiveApi } from '../../src/archive/import-target.ts'
import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import type { NewGeneration } from '../../src/storage/generation-catalog.ts'
import { connect, found } from '../storage/test-store.ts'

/** The disk's key. */
export const url: string = found().url

/** A worker that has room for everything. */
export function workerApi(change: Partial<ArchiveApi> = {}): ArchiveApi {
  return {
    status: async () => ({ url }),
    storage: async () => ({ backend: 'idb' }),
    makeRoom: async () => true,
    refresh: async () => undefined,
    ...change,
  }
}

/** A version of 10 MiB: more than is stored, or taken from an archive, at a time. */
export const longDisk = {
  identity: { validator: { kind: 'strong', etag: '"long"' }, sizeBytes: 10 * 2 ** 20 },
  chunkSize: 2 ** 20,
} as const

/** All chunks of {@link longDisk}. */
export const allOfIt: readonly number[] = Array.from({ length: 10 }, (_, index) => index)

/** Stores chunks of a version. @param indices - of those; no two of them are equal */
export async function store(
  change: Partial<NewGeneration>,
  indices: readonly number[],
): Promise<GenerationRecord> {
  const { generations, open } = connect('idb')
  const record = await generations.ensure(found(change))
  const generation = await open(record)
  await generation.commit(
    indices.map((index) => {
      const bytes = new Uint8Array(record.chunkSize).fill(index + 1)
      return { index, bytes }
    }),
  )
  return record
}

/** The archive of what is stored. A `Response` would hide what went wrong. */
export async function exported(): Promise<Blob> {
  const parts: BlobPart[] = []
  const collect = new WritableStream<BlobPart>({ write: (part) => void parts.push(part) })
  await exportDisk(workerApi(), url).pipeTo(collect)
  return new Blob(parts)
}
