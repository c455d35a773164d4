import { countBits } from '../core/bitmap.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import { chunkBytes, countChunks } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunksPerPage, keysOfGeneration, keysOfRun } from './catalog-schema.ts'
import type { GenerationRecord } from './catalog-schema.ts'
import { checksumOfDigest, computeDigest } from './checksum.ts'
import type { CheckedChunk, ChunkStore, NewChunk } from './chunk-store.ts'
import { createCoverageMemory } from './coverage-memory.ts'
import { evictChunks } from './evict-chunks.ts'
import type { EvictionTerms } from './evict-chunks.ts'
import { isAllZero } from './is-all-zero.ts'
import { createOpenedChunks } from './opened-chunks.ts'
import type { OpenedChunks } from './opened-chunks.ts'
import { alteredChunks } from './promised-hashes.ts'
import { readCoverage } from './read-coverage.ts'
import { createRecentMap } from './recent-map.ts'

/** What {@link StoredGeneration.evict} removed. */
export interface Eviction {
  readonly chunks: number
  readonly bytes: number
}

/** One generation as a reader sees it: which chunks are stored, and their data. */
export interface StoredGeneration extends Omit<OpenedChunks, 'forget' | 'forgetAll'> {
  readonly record: GenerationRecord
  readonly grid: ChunkGrid
  /**
   * Reads the pages that `run` lies on, once each. After that {@link StoredGeneration.isStored} is right
   * for these chunks. Returns `undefined`, and no promise, when nothing has to be read.
   */
  loadPages(run: ChunkRun): Promise<void> | undefined
  isStored(index: number): boolean
  /** Milliseconds since a chunk was given out by this worker, if that was within the last {@link readingMs}. */
  readAgoMs(index: number): number | undefined
  /** A chunk's data turned out to be unreadable: it is missing from now on. */
  discard(index: number): void
  /**
   * Stores chunks, data and bits.
   *
   * @returns `false` when this generation was given up meanwhile.
   * @throws {DiskCacheError} `quota-exceeded`, `storage-failed`, or `integrity-failed` if a chunk is not what the
   * manifest of the disk promises: then the others are stored.
   */
  commit(chunks: readonly NewChunk[]): Promise<boolean>
  /** Chunks whose data had to go when there was no room even to note it, and has not come again: their bits follow. */
  readonly bitsWithoutData: ReadonlySet<number>
  /** Gives up the stored chunks of `run`: they are missing at once, the data goes later. Works without room too. */
  evict(run: ChunkRun, how?: EvictionTerms): Promise<Eviction>
  /** Runs of stored chunks, ascending, from the catalog; without what is {@link StoredGeneration.bitsWithoutData}. */
  coverage(): Promise<ChunkRun[]>
  /** Whether every chunk is stored, from the catalog. Costs little as long as that is not so. */
  isComplete(): Promise<boolean>
  /** Another worker has changed the catalog: looks again. Resolves when it has; never rejects. */
  refresh(): Promise<void>
}

/** Nothing tells a worker that a body was read to its end. By then, most were. */
const readingMs = 10_000

/** Chunks of which it is remembered when they were given out. */
const maxReads = 512

/** Opens a generation; nothing is read yet. */
export function openGeneration(
  record: GenerationRecord,
  {
    catalog,
    store,
    noteUse: tellUse = () => undefined,
  }: {
    catalog: CatalogConnection
    store: ChunkStore
    /** Hears of every chunk that is read. */
    noteUse?: (index: number) => void
  },
): StoredGeneration {
  const grid = { sizeBytes: record.identity.sizeBytes, chunkSize: record.chunkSize }
  const memory = createCoverageMemory(catalog, record.id)
  const { forget, forgetAll, ...opened } = createOpenedChunks({
    id: record.id,
    grid,
    store,
    memory,
  })
  const reads = createRecentMap<number, number>(maxReads)
  const bitsWithoutData = new Set<number>()

  function noteUse(index: number): void {
    reads.set(index, performance.now())
    tellUse(index)
  }

  const lengthOf = (index: number): number => byteLengthOf(chunkBytes(grid, index))

  function discard(index: number): void {
    forget(index)
    memory.markMissing(index)
  }

  async function commit(checked: readonly CheckedChunk[]): Promise<boolean> {
    const known = await store.commit(record, checked)
    if (!known) return false
    for (const { index, ...facts } of checked) {
      // Whoever has opened it before it was given up, as damaged maybe, must not bring that back.
      forget(index)
      memory.markStored(index, facts)
      bitsWithoutData.delete(index)
    }
    return true
  }

  return {
    record,
    grid,
    needsCheck: opened.needsCheck,
    noteRead: opened.noteRead,
    remembered(index, part) {
      noteUse(index)
      return opened.remembered(index, part)
    },
    rememberedPart(index, part) {
      noteUse(index)
      return opened.rememberedPart(index, part)
    },
    open(index, part) {
      noteUse(index)
      return opened.open(index, part)
    },
    loadPages: memory.load,
    isStored: (index) => memory.has(index) && !bitsWithoutData.has(index),
    readAgoMs(index) {
      const agoMs = performance.now() - (reads.get(index) ?? -Infinity)
      return agoMs < readingMs ? agoMs : undefined
    },
    discard,
    bitsWithoutData,
    async commit(chunks) {
      const checked = await Promise.all(chunks.map(checkChunk))
      try {
        return await commit(checked)
      } catch (error) {
        const altered = alteredChunks(error)
        const good = checked.filter(({ index }) => altered?.has(index) === false)
        if (good.length > 0) await commit(good)
        throw error
      }
    },
    async evict(run, how = {}) {
      const gone = await evictChunks({ catalog, store, discard, bitsWithoutData }, record, {
        run,
        ...how,
      })
      return {
        chunks: gone.length,
        bytes: gone.reduce((sum, index) => sum + lengthOf(index), 0),
      }
    },
    coverage: () => readCoverage(catalog, record, bitsWithoutData),
    isComplete: async () =>
      bitsWithoutData.size === 0 && hasAllChunks(catalog, record.id, countChunks(grid)),
    async refresh() {
      forgetAll()
      try {
        // Until it is done the old pages stand: a chunk too many is an ordinary miss.
        await memory.reload()
        for (const index of bitsWithoutData) {
          // Somebody else has stored it again.
          if (await store.read(record.id, index, lengthOf(index))) bitsWithoutData.delete(index)
        }
      } catch {
        // Neither can be told now: nothing is known better than before.
      }
    },
  }
}

async function checkChunk(chunk: NewChunk): Promise<CheckedChunk> {
  const digest = await computeDigest(chunk.bytes)
  const checksum = checksumOfDigest(digest)
  return { ...chunk, digest, checksum, zero: isAllZero(chunk.bytes) }
}

/** Pages that are read at a time to see whether all of them are full. */
const pagesAtOnce = 16

async function hasAllChunks(
  catalog: CatalogConnection,
  generation: string,
  chunkCount: number,
): Promise<boolean> {
  const pageCount = Math.ceil(chunkCount / chunksPerPage)
  return catalog.use('Reading coverage', async (db) => {
    const { store } = db.transaction('pages')
    if ((await store.count(keysOfGeneration(generation))) < pageCount) return false
    for (let first = 0; first < pageCount; first += pagesAtOnce) {
      const end = Math.min(first + pagesAtOnce, pageCount)
      const pages = await store.getAll(keysOfRun(generation, { first, end }))
      const stored = pages.reduce((sum, { present }) => sum + countBits(present), 0)
      if (stored < Math.min(end * chunksPerPage, chunkCount) - first * chunksPerPage) return false
    }
    return true
  })
}
