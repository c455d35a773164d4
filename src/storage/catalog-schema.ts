import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkRun } from '../core/chunk-grid.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { ReadCounters } from '../core/read-counters.ts'
import type { TuningOptions } from '../core/options.ts'
import type { BootRecord } from './boot-record.ts'
import type { JobRecord } from './job-record.ts'

/** Where the data of a generation's chunks lies. */
export type StoredBackend = 'opfs' | 'idb'

/** A disk, by its key (a URL). */
export interface DiskRecord {
  readonly url: string
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number
  /** What never goes by itself, of every generation; bytes, ascending and not touching. */
  readonly pins?: readonly ByteRange[]
}

/** One immutable version of a disk. */
export interface GenerationRecord {
  /** Random, never used twice: bytes of an old generation can not be taken for those of a new one. */
  readonly id: string
  /** Key of the disk. */
  readonly url: string
  readonly identity: GenerationIdentity
  readonly state: 'active' | 'waiting' | 'retired'
  /** Fixed when the generation was found. */
  readonly chunkSize: number
  readonly backend: StoredBackend
  /** Whether the origin answered a range with a 206: then a 200 is not to be believed. */
  readonly acceptsRanges: boolean
  /** The origin's header fields, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** When these came, in milliseconds since the epoch; absent: when the generation was found. */
  readonly receivedAt?: number
  /** The disk was written to: no new session may begin before the origin was asked (RFC 9111 section 4.4). */
  readonly needsValidation?: true
  /** Whether there are hashes of its chunks, in `hashes`, or its origin has none to give; absent: nobody has asked. */
  readonly manifest?: 'kept' | 'none'
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Bytes of data of its stored chunks, shared or not, kept with their bits; absent while nothing was counted. */
  readonly storedBytes?: number
}

/** What is known of {@link chunksPerPage} neighbouring chunks. */
export interface PageRecord {
  /** Bitmap: the chunk is stored. */
  readonly present: Uint8Array
  /** Bitmap: the chunk is all zero, so that there is no data. */
  readonly zero: Uint8Array
  /** {@link checksumBytes} bytes a chunk. */
  readonly checksums: Uint8Array
  /** For each chunk, when and how often it was used (`core/chunk-use.ts`); absent where nobody kept that. */
  readonly uses?: Uint32Array
}

/** Data that nobody may read any more, to be deleted when its last readers are surely gone. */
export interface TombstoneRecord {
  readonly generation: string
  readonly backend: StoredBackend
  /** Runs of chunks; absent: the whole generation. */
  readonly runs?: readonly ChunkRun[]
  /** What was stored of it; absent where nobody counted that. */
  readonly bytes?: number
  /** Milliseconds since the epoch. */
  readonly dueAt: number
}

/** Which generation a page or worker reads. Committed before its first answer. */
export interface SessionRecord {
  readonly clientId: string
  readonly url: string
  readonly identity: GenerationIdentity
  /** Milliseconds since the epoch; 0: long ago. */
  readonly startedAt: number
  /** When the client was first found to be gone, in milliseconds since the epoch; absent while it is there. */
  readonly vanishedAt?: number
}

/** A chunk whose data is that of another one: they are equal. */
export interface ShareRecord {
  /** The key in `chunks` under which the data lies. */
  readonly of: ChunkKey
}

/** Generation and chunk index. */
export type ChunkKey = [generation: string, index: number]

/** The options that pages of a worker's scope asked for. */
export interface OptionsRecord {
  readonly options: Partial<TuningOptions>
  /** The clients that asked for them: while one of these lives, they stand. */
  readonly clients: readonly string[]
  /**
   * No page said in time that it wants any: the next worker asks too, and does not wait for an answer. Means nothing where there
   * are clients.
   */
  readonly isSilent?: true
  /** What was stored when the browser had no more room, and when that was. */
  readonly quotaHint?: QuotaHint
}

/** That the browser threw away the catalog that was here before. Of its own key, {@link resetKey}, in `options`: no scope. */
export interface ResetRecord {
  /** Milliseconds since the epoch. */
  readonly resetAt: number
}

/** The key of the {@link ResetRecord}. */
export const resetKey = 'reset'

/** The most that the browser is known to have room for. */
export interface QuotaHint {
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The database `sectorcache`. */
export interface CatalogSchema extends DBSchema {
  disks: { key: string; value: DiskRecord }
  generations: { key: string; value: GenerationRecord; indexes: { url: string } }
  /** By generation and page number. */
  pages: { key: [string, number]; value: PageRecord }
  /** By generation and chunk index. */
  chunks: { key: ChunkKey; value: Blob | ArrayBuffer }
  /** By generation and chunk index: chunks without data of their own. */
  shares: { key: ChunkKey; value: ShareRecord; indexes: { of: ChunkKey } }
  /** SHA-256 of the data in `chunks`, computed from the bytes that were stored, by the same key. */
  digests: { key: ChunkKey; value: ArrayBuffer; indexes: { digest: ArrayBuffer } }
  /** By generation and page number: the SHA-256 that a manifest promises for each chunk; zeroes where it promises none. */
  hashes: { key: [string, number]; value: Uint8Array }
  tombstones: { key: number; value: TombstoneRecord }
  /** By client and disk. */
  sessions: { key: [string, string]; value: SessionRecord; indexes: { url: string } }
  /** Options by worker scope, a URL; and under {@link resetKey} one note. */
  options: { key: string; value: OptionsRecord | ResetRecord }
  /** One record, `total`. */
  counters: { key: string; value: ReadCounters }
  /** By disk and client. */
  boots: { key: [url: string, clientId: string]; value: BootRecord }
  jobs: { key: string; value: JobRecord }
}

/** An open connection to the catalog. */
export type CatalogDatabase = IDBPDatabase<CatalogSchema>

/** A transaction over some of the catalog's stores. */
export type CatalogTransaction<
  Names extends ArrayLike<StoreNames<CatalogSchema>>,
  Mode extends IDBTransactionMode,
> = IDBPTransaction<CatalogSchema, Names, Mode>

/** The stores in which chunks and what is known of them are changed. */
export const chunkStores = [
  'generations',
  'pages',
  'hashes',
  'chunks',
  'shares',
  'digests',
  'tombstones',
] as const

/** A transaction in which chunks are stored, shared or deleted, with all that belongs to them. */
export type ChunkTransaction = CatalogTransaction<(typeof chunkStores)[number][], 'readwrite'>

/** Name of the database. */
export const catalogName = 'sectorcache'

/**
 * Version of the schema. Migrations only add, so that an older worker goes on working beside a newer one: it
 * opens whatever version it finds.
 */
export const catalogVersion = 3

/** Chunks in one {@link PageRecord}. */
export const chunksPerPage = 1024

/** Bytes of a chunk's checksum. */
export const checksumBytes = 8

/** Bytes of a SHA-256. */
export const digestBytes = 32

/** Brings a database of `oldVersion` (0: new) to {@link catalogVersion}. */
export function upgradeCatalog(db: CatalogDatabase, oldVersion: number): void {
  if (oldVersion < 1) {
    db.createObjectStore('disks', { keyPath: 'url' })
    db.createObjectStore('generations', { keyPath: 'id' }).createIndex('url', 'url')
    db.createObjectStore('pages')
    db.createObjectStore('chunks')
    db.createObjectStore('tombstones', { autoIncrement: true })
    db.createObjectStore('sessions', { keyPath: ['clientId', 'url'] }).createIndex('url', 'url')
    db.createObjectStore('options')
    db.createObjectStore('counters')
  }
  if (oldVersion < 2) {
    db.createObjectStore('shares').createIndex('of', 'of')
    // The records are the digests themselves.
    db.createObjectStore('digests').createIndex('digest', '')
    db.createObjectStore('hashes')
  }
  if (oldVersion < 3) {
    db.createObjectStore('boots', { keyPath: ['url', 'clientId'] })
    db.createObjectStore('jobs', { keyPath: 'id' })
  }
}

/** The keys of everything of one generation in `pages`, `chunks`, `shares`, `digests` or `hashes`. */
export function keysOfGeneration(generation: string): IDBKeyRange {
  return IDBKeyRange.bound([generation], [generation, []])
}

/** The keys of a run of chunks in `chunks`, or of pages in `pages`. */
export function keysOfRun(generation: string, run: ChunkRun): IDBKeyRange {
  return IDBKeyRange.bound([generation, run.first], [generation, run.end], false, true)
}
