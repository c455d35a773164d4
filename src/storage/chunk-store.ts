import type { ChunkRun } from '../core/chunk-grid.ts'
import type { GenerationRecord, StoredBackend } from './catalog-schema.ts'

/** A chunk on its way into the store. */
export interface NewChunk {
  readonly index: number
  /** Must not change any more. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A {@link NewChunk} with what the catalog keeps of it. */
export interface CheckedChunk extends NewChunk, ChunkFacts {}

/** What is computed of a chunk's bytes before it is stored. */
export interface ChunkFacts {
  readonly index: number
  /** SHA-256. */
  readonly digest: ArrayBuffer
  readonly checksum: Uint8Array
  /** All zero: only the flag is kept, no data. */
  readonly zero: boolean
}

/** A chunk's data, not yet read. */
export interface StoredData {
  readonly blob: Blob
  /** Whether the bytes are held in memory: then remembering the Blob costs as much. */
  readonly isInMemory: boolean
}

/**
 * Keeps the data of chunks. Chunks are write-once: made, read, deleted, never modified. Every
 * implementation passes the contract in `tests/storage/`.
 */
export interface ChunkStore {
  readonly backend: StoredBackend
  /** Whether what was committed survives a power loss. If not, data is checked when it is first read. */
  readonly isDurable: boolean
  /**
   * The data of a chunk, not yet read.
   *
   * @param length - the chunk's length in bytes.
   * @returns `undefined` when it is missing or of another length: an ordinary miss.
   * @throws {DiskCacheError} `storage-failed` when that cannot be told.
   */
  read(generation: string, index: number, length: number): Promise<StoredData | undefined>
  /**
   * Stores chunks and sets their bits in the catalog, in such an order that a crash at any moment leaves
   * no bit without data as far as the engine allows (DESIGN section 5).
   *
   * @returns `false`, with nothing stored, when the generation has been given up meanwhile.
   * @throws {DiskCacheError} `quota-exceeded` or `storage-failed`; no bit is set then. `integrity-failed` if a chunk is not
   * what the generation's manifest promises: then nothing of `chunks` is stored.
   */
  commit(generation: GenerationRecord, chunks: readonly CheckedChunk[]): Promise<boolean>
  /** Deletes the data of chunks whose bit is still on, where there is no room to write that: the bits follow. */
  dropData(generation: string, run: ChunkRun): Promise<void>
  /** Deletes the data of those chunks in `run` whose bit is off. */
  sweepRun(generation: string, run: ChunkRun): Promise<void>
  /** Deletes all data of a generation that is no longer in the catalog. */
  sweepGeneration(generation: string): Promise<void>
  /** Of what there is data: generations, and what trials of the store have left. */
  listGenerations(): Promise<string[]>
  /** Deletes data of a generation that has neither bit nor tombstone, in some parts of it: bounded work. */
  sweepOrphans(generation: string): Promise<void>
}
