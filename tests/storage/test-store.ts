import { createCatalogConnection } from '../../src/storage/catalog-connection.ts'
import type { CatalogConnection } from '../../src/storage/catalog-connection.ts'
import type { GenerationRecord, StoredBackend } from '../../src/storage/catalog-schema.ts'
import type { ChunkStore } from '../../src/storage/chunk-store.ts'
import { createGenerationCatalog } from '../../src/storage/generation-catalog.ts'
import type { GenerationCatalog, NewGeneration } from '../../src/storage/generation-catalog.ts'
import { createIdbChunkStore } from '../../src/storage/idb-chunk-store.ts'
import { createOpfsChunkStore } from '../../src/storage/opfs-chunk-store.ts'
import { openGeneration } from '../../src/storage/stored-generation.ts'
import type { StoredGeneration } from '../../src/storage/stored-generation.ts'
import { sweepOrphans } from '../../src/storage/sweep-orphans.ts'
import { sweepTombstones } from '../../src/storage/tombstones.ts'

/** The store as one worker has it. Two of them are two workers, with a connection each. */
export interface TestStore {
  readonly catalog: CatalogConnection
  readonly generations: GenerationCatalog
  readonly chunks: ChunkStore
  /** Opens a generation, with its coverage read. */
  open(record: GenerationRecord): Promise<StoredGeneration>
  /** Deletes what is due. */
  sweep(): Promise<number | undefined>
  sweepOrphans(): Promise<void>
}

/** Opens a store with a connection of its own. */
export function connect(backend: StoredBackend): TestStore {
  const catalog = createCatalogConnection()
  const stores = { idb: createIdbChunkStore(catalog), opfs: createOpfsChunkStore(catalog) }
  return {
    catalog,
    generations: createGenerationCatalog(catalog),
    chunks: stores[backend],
    async open(record) {
      const generation = openGeneration(record, { catalog, store: stores[record.backend] })
      const chunkCount = Math.ceil(record.identity.sizeBytes / record.chunkSize)
      await generation.loadPages({ first: 0, end: Math.min(chunkCount, 4096) })
      return generation
    },
    sweep: () => sweepTombstones(catalog, (name) => stores[name]),
    sweepOrphans: () => sweepOrphans(catalog, stores),
  }
}

/** A generation as an origin showed it: 8 chunks of 512 bytes and one of 100, unless told otherwise. */
export function found(change: Partial<NewGeneration> = {}): NewGeneration {
  return {
    url: 'https://example.test/disks/a.img',
    identity: { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 8 * 512 + 100 },
    chunkSize: 512,
    backend: 'idb',
    acceptsRanges: true,
    headers: { etag: '"a"' },
    createdAt: 1_700_000_000_000,
    ...change,
  }
}

/** Bytes that are not zero, other ones for each seed. */
export function makeBytes(seed: number, length = 512): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => 1 + ((at * 31 + seed * 101) % 255))
}

/** A chunk of {@link makeBytes}, with its index as seed. */
export function makeChunk(
  index: number,
  length = 512,
): { index: number; bytes: Uint8Array<ArrayBuffer> } {
  return { index, bytes: makeBytes(index, length) }
}

/** All bytes of a chunk, as a reader asks for them. */
export const whole = { start: 0, end: 512 }

/** The bytes of a Blob; `undefined` for none. */
export async function bytesOf(blob: Blob | undefined): Promise<Uint8Array | undefined> {
  return blob === undefined ? undefined : new Uint8Array(await blob.arrayBuffer())
}
