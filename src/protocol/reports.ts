import type { ByteRange } from '../core/byte-range.ts'
import type { ReadOutcome } from '../core/read-counters.ts'

/** Where chunks are kept. */
export type Backend = 'opfs' | 'idb'

/** What a generation is to its disk: the one that new sessions read, the next one, or an old one. */
export type GenerationState = 'active' | 'waiting' | 'retired'

/** One version of a disk, as stored. */
export interface GenerationStatus {
  readonly id: string
  readonly state: GenerationState
  /** Length of the disk in bytes. */
  readonly size: number
  readonly etag?: string
  readonly lastModified?: string
  /** Bytes of a chunk. */
  readonly chunkSize: number
  readonly backend: Backend
  readonly storedBytes: number
  readonly storedChunks: number
  /** Bytes of the chunks that are pinned, stored or not. */
  readonly pinnedBytes: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** What is known of one disk. The fields beside `generations` speak of the active one. */
export interface DiskStatus {
  readonly url: string
  /** Length in bytes; `undefined` while nothing is known. */
  readonly size?: number
  readonly etag?: string
  readonly lastModified?: string
  /** Bytes of a chunk; `undefined` while nothing is known. */
  readonly chunkSize?: number
  readonly storedBytes: number
  readonly storedChunks: number
  /** Bytes of the chunks that are pinned, stored or not; 0 while the size is not known. */
  readonly pinnedBytes: number
  /** What was pinned, as ascending runs, half-open. It holds for all generations, those to come included. */
  readonly pins: readonly ByteRange[]
  /** Stored bytes as ascending runs, half-open. */
  readonly coverage: readonly ByteRange[]
  /** Whether every byte is stored. */
  readonly complete: boolean
  readonly generations: readonly GenerationStatus[]
  readonly tags: readonly string[]
  /** Milliseconds since the epoch; `undefined` while nothing is known. */
  readonly lastUsedAt?: number
}

/** What the reads of all pages amounted to, since the figures were last cleared. */
export interface CacheStats {
  readonly requests: Readonly<Record<ReadOutcome, number>>
  readonly bytes: {
    /** Body bytes that came out of the store. */
    readonly fromCache: number
    /** Body bytes that readers waited for the origin for. */
    readonly fromOrigin: number
    /** Bytes that origins sent, prefetching included. */
    readonly fetched: number
  }
  /** Requests that were sent to origins. */
  readonly originRequests: number
  /**
   * Readahead: bytes that were fetched before anybody wanted them, and those of chunks of which nobody has wanted a byte since.
   * Only the worker that fetched a chunk hears of that: what is wanted after its end stays unused here.
   */
  readonly readahead: { readonly fetched: number; readonly unused: number }
  /** Shares from 0 to 1, of all reads that were answered; 0 when there were none. */
  readonly hitRate: { readonly requests: number; readonly bytes: number }
  /** Milliseconds until an answer's headers left; `undefined` when there were none. */
  readonly latency: { readonly p50Ms?: number; readonly p95Ms?: number }
}

/** How full the storage is. All in bytes. */
export interface StorageReport {
  /** What the browser says this origin uses, everything included. */
  readonly usage: number
  /** What the browser says this origin may use: a hint, see docs/decisions/0002. */
  readonly quota: number
  /** The most that sectorcache stores. */
  readonly budget: number
  /** Whether the browser promised not to clear it by itself. */
  readonly persisted: boolean
  /** Where new generations are kept. */
  readonly backend: Backend
  /**
   * When the browser last threw away all that was stored, in milliseconds since the epoch; absent if it never did. Chromium does so
   * when it finds its database damaged, see decision 17.
   */
  readonly resetAt?: number
  /**
   * What the data of each disk takes, all generations together. What several chunks have counts once, for one of their
   * disks; what is all zero takes nothing.
   */
  readonly disks: readonly { readonly url: string; readonly bytes: number }[]
}

/** What an origin turned out to have. */
export interface UpdateReport {
  readonly url: string
  /** Whether that is the version that was active before, or another one. */
  readonly found: 'same' | 'new'
  /** What that version is now: with `on-change=hold`, a new one waits until `activate()`, or until nobody reads the old one. */
  readonly state: GenerationState
  readonly etag?: string
  readonly lastModified?: string
  /** Length in bytes. */
  readonly size: number
  /** Bytes of it that are not stored: `prefetch()` fetches them. */
  readonly bytesToFetch: number
  /** Bytes that this call took over from other versions, instead of having them fetched. */
  readonly bytesTakenOver: number
}

/** What an eviction or invalidation removed. */
export interface EvictionReport {
  /** Generations that lost chunks. */
  readonly generations: number
  readonly chunks: number
  /** Stored bytes that were given up. The browser sees them go within about a minute. */
  readonly bytes: number
  /** Bytes that stay, though they were to go: they are pinned. Absent when there are none. */
  readonly pinnedBytes?: number
}

/** Which generations `DiskCache.invalidate` means. */
export interface InvalidationFilter {
  /** Disks whose URL begins so; relative to the page. */
  readonly prefix?: string
  /** Disks that were given this tag. */
  readonly tag?: string
  /** Generations with this ETag, written as the origin wrote it. */
  readonly etag?: string
}

/** How far a prefetch has come. */
export interface PrefetchProgress {
  readonly url: string
  /** Bytes of all chunks that were asked for. */
  readonly totalBytes: number
  /** Of these, bytes that are stored. */
  readonly storedBytes: number
  /** Bytes that this prefetch has fetched. */
  readonly fetchedBytes: number
  /** Over the last few seconds; 0 until it is known. */
  readonly bytesPerSecond: number
  /** `undefined` until it is known. */
  readonly secondsLeft?: number
}

/** What a prefetch did. */
export interface PrefetchReport {
  readonly url: string
  readonly etag?: string
  /** Bytes of all chunks that were asked for: all of them are stored now. */
  readonly totalBytes: number
  /** Of these, bytes that had to be fetched. */
  readonly fetchedBytes: number
}
