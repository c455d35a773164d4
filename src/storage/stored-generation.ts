import { bitsOf } from '../core/bitmap.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes, countChunks, indicesOf, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage, keysOfGeneration } from './catalog-schema.ts'
import type { GenerationRecord, PageRecord } from './catalog-schema.ts'
import { computeChecksum } from './checksum.ts'
import type { ChunkStore, NewChunk } from './chunk-store.ts'
import { clearStoredBits } from './coverage-catalog.ts'
import { createPage, isPresent, isZero, markMissing, markStored, pageOf } from './coverage-page.ts'
import { isAllZero } from './is-all-zero.ts'
import { createRecentMap } from './recent-map.ts'
import { addTombstone } from './tombstones.ts'

/** Opened Blobs that are remembered for each generation. They cost a handle, not their bytes. */
const rememberedBlobs = 4096

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
  /** A chunk's data if it was opened lately: the hot path, without a promise. */
  remembered(index: number): Blob | undefined
  /**
   * A chunk's data. `undefined` if it is missing or cannot be opened, for whatever reason: an ordinary miss,
   * and remembered as one.
   */
  open(index: number): Promise<Blob | undefined>
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
  /** Forgets what is remembered: another worker has changed the catalog. */
  forget(): void
}

/** Opens a generation; nothing is read yet. */
export function openGeneration(
  record: GenerationRecord,
  { catalog, store }: { catalog: CatalogConnection; store: ChunkStore },
): StoredGeneration {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const pages = new Map<number, PageRecord>()
  const blobs = createRecentMap<number, Blob>(rememberedBlobs)
  const lengthOf = (index: number): number => byteLengthOf(chunkBytes(grid, index))

  async function readPages(run: ChunkRun): Promise<void> {
    await catalog.use('Reading coverage', async (db) => {
      const transaction = db.transaction('pages')
      await Promise.all(
        [...indicesOf(run)].map(async (number) => {
          const page = await transaction.store.get([record.id, number])
          if (!pages.has(number)) pages.set(number, page ?? createPage())
        }),
      )
    })
  }

  function rememberStored(index: number, facts: { checksum: Uint8Array; zero: boolean }): void {
    const page = pages.get(pageOf(index))
    if (page !== undefined) markStored(page, { index, ...facts })
  }

  function rememberMissing(index: number): void {
    blobs.delete(index)
    const page = pages.get(pageOf(index))
    if (page !== undefined) markMissing(page, index)
  }

  return {
    record,
    grid,
    loadPages(run) {
      const first = pageOf(run.first)
      const end = pageOf(run.end - 1) + 1
      for (let number = first; number < end; number++) {
        if (!pages.has(number)) return readPages({ first, end })
      }
      return undefined
    },
    isStored(index) {
      const page = pages.get(pageOf(index))
      return page !== undefined && isPresent(page, index)
    },
    remembered: (index) => blobs.get(index),
    async open(index) {
      const page = pages.get(pageOf(index))
      if (page === undefined || !isPresent(page, index)) return undefined
      const length = lengthOf(index)
      const blob = isZero(page, index)
        ? new Blob([new Uint8Array(length)])
        : await store.read(record.id, index, length).catch(() => undefined)
      if (blob === undefined) rememberMissing(index)
      else blobs.set(index, blob)
      return blob
    },
    discard: rememberMissing,
    async commit(chunks) {
      const checked = await Promise.all(
        chunks.map(async (chunk) => ({
          ...chunk,
          checksum: await computeChecksum(chunk.bytes),
          zero: isAllZero(chunk.bytes),
        })),
      )
      const known = await store.commit(record, checked)
      if (known) for (const { index, ...facts } of checked) rememberStored(index, facts)
      return known
    },
    async evict(run) {
      const cleared = await catalog.use('Evicting chunks', async (db) => {
        const transaction = db.transaction(['pages', 'tombstones'], 'readwrite', {
          durability: 'strict',
        })
        const indices = await clearStoredBits(transaction, { generation: record.id, run })
        if (indices.length > 0) {
          addTombstone(transaction.objectStore('tombstones'), {
            generation: record.id,
            backend: record.backend,
            runs: joinRuns(indices),
          })
        }
        await transaction.done
        return indices
      })
      cleared.forEach(rememberMissing)
      return {
        chunks: cleared.length,
        bytes: cleared.reduce((sum, index) => sum + lengthOf(index), 0),
      }
    },
    async coverage() {
      const stored = await catalog.use('Reading coverage', async (db) => {
        const { store: pageStore } = db.transaction('pages')
        const range = keysOfGeneration(record.id)
        const [keys, records] = await Promise.all([
          pageStore.getAllKeys(range),
          pageStore.getAll(range),
        ])
        const indices: number[] = []
        records.forEach((page, at) => {
          for (const index of bitsOf(page.present, (keys[at]?.[1] ?? 0) * chunksPerPage)) {
            if (index < countChunks(grid)) indices.push(index)
          }
        })
        return indices
      })
      return joinRuns(stored)
    },
    forget() {
      pages.clear()
      blobs.clear()
    },
  }
}
