import { bitsOf } from '../core/bitmap.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes, countChunks, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage, keysOfGeneration } from './catalog-schema.ts'
import type { GenerationRecord } from './catalog-schema.ts'
import { computeChecksum } from './checksum.ts'
import type { ChunkStore, NewChunk } from './chunk-store.ts'
import { clearStoredBits } from './coverage-catalog.ts'
import { createCoverageMemory } from './coverage-memory.ts'
import { canRead, createDataCheck } from './data-check.ts'
import type { ChunkPart } from './data-check.ts'
import { isAllZero } from './is-all-zero.ts'
import { createRememberedBlobs } from './remembered-blobs.ts'
import { addTombstone } from './tombstones.ts'
import { transact } from './transact.ts'

/** What {@link StoredGeneration.evict} removed. */
export interface Eviction {
  readonly chunks: number
  readonly bytes: number
}

/** One generation as a reader sees it: which chunks are stored, and their data. */
export interface StoredGeneration {
  readonly record: GenerationRecord
  readonly grid: ChunkGrid
  /**
   * Reads the pages that `run` lies on, once each. After that {@link StoredGeneration.isStored} is right
   * for these chunks. Returns `undefined`, and no promise, when nothing has to be read.
   */
  loadPages(run: ChunkRun): Promise<void> | undefined
  isStored(index: number): boolean
  /** A chunk's data for its bytes `[start, end)`, if it was opened lately: the hot path, without a promise. */
  remembered(index: number, part: ChunkPart): Blob | undefined
  /** Whether opening a stored chunk means to read it all, because its data may not have survived. */
  needsCheck(index: number): boolean
  /**
   * A chunk's data, tried before it is given out, as far as `part` of it is wanted (default: all). `undefined` if it cannot be had, for whatever reason; if it is
   * missing or damaged, {@link StoredGeneration.isStored} says so from then on.
   */
  open(index: number, part?: ChunkPart): Promise<Blob | undefined>
  /** A chunk's data turned out to be unreadable: it is missing from now on. */
  discard(index: number): void
  /**
   * Stores chunks, data and bits.
   *
   * @returns `false` when this generation was given up meanwhile.
   * @throws {DiskCacheError} `quota-exceeded` or `storage-failed`.
   */
  commit(chunks: readonly NewChunk[]): Promise<boolean>
  /** Gives up the stored chunks of `run`: they are missing at once, the data goes later. */
  evict(run: ChunkRun): Promise<Eviction>
  /** Runs of stored chunks, ascending, from the catalog. */
  coverage(): Promise<ChunkRun[]>
  /** Another worker has changed the catalog: looks again. */
  refresh(): void
}

/** Opens a generation; nothing is read yet. */
export function openGeneration(
  record: GenerationRecord,
  { catalog, store }: { catalog: CatalogConnection; store: ChunkStore },
): StoredGeneration {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const memory = createCoverageMemory(catalog, record.id)
  const blobs = createRememberedBlobs({ now: () => performance.now(), canRead: canReadLater })
  const check = createDataCheck(store)
  const zeroOf = createZeroBlobs()
  const lengthOf = (index: number): number => byteLengthOf(chunkBytes(grid, index))

  function discard(index: number): void {
    blobs.delete(index)
    memory.markMissing(index)
  }

  return {
    record,
    grid,
    loadPages: memory.load,
    isStored: memory.has,
    remembered: blobs.take,
    discard,
    needsCheck: (index) => memory.facts(index)?.zero === false && check.isDue(index),
    async open(index, part = { start: 0, end: lengthOf(index) }) {
      const facts = memory.facts(index)
      if (facts === undefined) return undefined
      const length = lengthOf(index)
      if (facts.zero) return zeroOf(length)
      try {
        const data = await store.read(record.id, index, length)
        if (data !== undefined && (await check.run(index, data.blob, { ...facts, part }))) {
          if (!data.isInMemory) blobs.set(index, data.blob)
          return data.blob
        }
      } catch {
        return undefined // whether it is there cannot be told now
      }
      discard(index)
      return undefined
    },
    async commit(chunks) {
      const checked = await Promise.all(
        chunks.map(async (chunk) => ({
          ...chunk,
          checksum: await computeChecksum(chunk.bytes),
          zero: isAllZero(chunk.bytes),
        })),
      )
      const known = await store.commit(record, checked)
      if (known) for (const { index, ...facts } of checked) memory.markStored(index, facts)
      return known
    },
    async evict(run) {
      const cleared = await evictBits(catalog, record, run)
      cleared.forEach(discard)
      return {
        chunks: cleared.length,
        bytes: cleared.reduce((sum, index) => sum + lengthOf(index), 0),
      }
    },
    coverage: () => readCoverage(catalog, record.id, countChunks(grid)),
    refresh() {
      blobs.clear()
      // Until it is done the old pages stand: a chunk too many is an ordinary miss.
      memory.reload().catch(() => undefined)
    },
  }
}

/** A slice keeps the worker waiting: answers that are on their way go first. */
async function canReadLater(data: Blob, part: ChunkPart): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve))
  return canRead(data, part)
}

/** All-zero chunks have no data. One Blob serves all of one length. */
function createZeroBlobs(): (length: number) => Blob {
  const blobs = new Map<number, Blob>()
  return (length) => {
    const blob = blobs.get(length) ?? new Blob([new Uint8Array(length)])
    blobs.set(length, blob)
    return blob
  }
}

function evictBits(
  catalog: CatalogConnection,
  { id, backend }: GenerationRecord,
  run: ChunkRun,
): Promise<number[]> {
  return catalog.use('Evicting chunks', (db) =>
    transact(db, { stores: ['pages', 'tombstones'] }, async (transaction) => {
      const cleared = await clearStoredBits(transaction, { generation: id, run })
      if (cleared.length > 0) {
        const runs = joinRuns(cleared)
        addTombstone(transaction.objectStore('tombstones'), { generation: id, backend, runs })
      }
      return cleared
    }),
  )
}

async function readCoverage(
  catalog: CatalogConnection,
  generation: string,
  chunkCount: number,
): Promise<ChunkRun[]> {
  const indices = await catalog.use('Reading coverage', async (db) => {
    const { store } = db.transaction('pages')
    const range = keysOfGeneration(generation)
    const [keys, pages] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
    const stored: number[] = []
    pages.forEach((page, at) => {
      for (const index of bitsOf(page.present, (keys[at]?.[1] ?? 0) * chunksPerPage)) {
        if (index < chunkCount) stored.push(index)
      }
    })
    return stored
  })
  return joinRuns(indices)
}
