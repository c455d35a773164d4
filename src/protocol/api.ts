import type { BlockDevice } from '../core/block-device.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkPage, DiskChunks, GenerationChunks } from '../core/disk-chunks.ts'
import type { OriginFaults } from '../core/origin-faults.ts'
import type { RankedChunk } from '../core/rank-chunks.ts'
import type { ReadOutcome } from '../core/read-counters.ts'
import type { VerifyProgress, VerifyReport } from '../core/verify-report.ts'
import type { ArchiveCalls, ImportOptions, ImportReport } from './archive.ts'
import type { BootProfile, BootRecorder, ProfileChoice } from './boot.ts'
import type { DiskCacheEvent } from './events.ts'
import type { OfflineReport } from './offline-report.ts'
import type { PrefetchJobs } from './prefetch-jobs.ts'
import type {
  CacheStats,
  DiskStatus,
  EvictionReport,
  InvalidationFilter,
  PrefetchProgress,
  PrefetchReport,
  StorageReport,
  UpdateReport,
} from './reports.ts'

/** The cache as a page sees it. Made by `connectDiskCache()` or taken from `sectorcache.ready`. */
export interface DiskCache {
  /**
   * One disk. Costs nothing and asks nobody; the disk need not have been read yet.
   *
   * @param url - absolute, or relative to the page.
   * @throws {DiskCacheError} `no-such-disk` when `url` is not a valid URL.
   */
  disk(url: string | URL): Disk
  /** Every disk of which something is known, most recently used first. */
  disks(): Promise<DiskStatus[]>
  /** Requests and bytes by outcome, hit rates, latency. */
  stats(): Promise<CacheStats>
  /** Usage, quota, budget, and the bytes of each disk. */
  storage(): Promise<StorageReport>
  /**
   * What takes room, in the order in which it would go if there were not enough: chunks that have their data in common go
   * together, and what is pinned is last, and stays. Who
   * reads now is known from the catalog only: whoever has just left may still count. Of more than some 30 000 chunks, the
   * worker compares some at a time, and may come to another order.
   *
   * @throws {DiskCacheError} `storage-failed`; `unsupported` when the script that does it cannot be loaded.
   */
  evictionOrder(): Promise<RankedChunk[]>
  /**
   * Stores the chunks of an archive in the disk that it says it is of: see `Disk.import()`.
   *
   * @throws {DiskCacheError} as `Disk.import()` does: `no-such-disk` if no pattern of `disks` matches the URL that it has.
   */
  import(
    archive: ReadableStream<Uint8Array>,
    options?: Omit<ImportOptions, 'fromAnyUrl'>,
  ): Promise<ImportReport>
  /** Asks the browser never to clear this site's storage by itself. Resolves to whether it agreed. */
  persist(): Promise<boolean>
  /**
   * Makes every matching generation unusable at once. With several fields set, all must match; with none,
   * nothing matches.
   */
  invalidate(filter: InvalidationFilter): Promise<EvictionReport>
  /** Forgets all disks, tags, figures, recorded boots, jobs and kept pages. */
  clear(): Promise<EvictionReport>
  /**
   * Hears of reads, stores, evictions and changes, in batches of about 100 ms.
   *
   * A `gap` event means that some were missed (the worker was restarted): ask for the state again.
   *
   * @returns a function that ends the subscription.
   */
  subscribe(listener: (events: readonly DiskCacheEvent[]) => void): () => void
  /** Prefetches that outlive this page. */
  readonly jobs: PrefetchJobs
  /**
   * Lets requests to the origins of disks go wrong, to see how a page bears it; `{}` ends that. It ends by itself when this
   * page is closed, or the worker is stopped: say it again after a `gap` event, with the same `id`.
   *
   * @param faults - without it nothing changes.
   * @returns what is in force now, with the failures that are left, whichever page asked for it.
   */
  setFaults(faults?: OriginFaults): Promise<OriginFaults>
  /** Ends subscriptions; calls under way reject with `aborted`. The worker goes on. */
  close(): void
}

/** One disk, steered from a page. */
export interface Disk extends ArchiveCalls {
  /** Absolute URL. */
  readonly url: string
  /**
   * What is known and stored of this disk. `size` is `undefined` until it was read for the first time.
   *
   * @throws {DiskCacheError} `no-such-disk` when no pattern of `disks` matches the URL.
   */
  status(): Promise<DiskStatus>
  /**
   * Fetches what is missing, in runs of neighbouring chunks, in the order of `profile` and `ranges`; what is stored is not
   * fetched again.
   *
   * @throws {DiskCacheError} `no-such-disk`, `invalid-range`, `origin-unreachable`, `origin-status`,
   * `origin-bad-response`, `disk-changed`, `quota-exceeded`, `storage-failed`, or `aborted`.
   * Chunks that had arrived stay stored.
   */
  prefetch(options?: PrefetchOptions): Promise<PrefetchReport>
  /**
   * Removes the chunks that lie wholly inside `ranges` (default: all). They are fetched again when read. What is pinned
   * stays, and the report says so: `unpin()` it first.
   */
  evict(options?: EvictOptions): Promise<EvictionReport>
  /**
   * Keeps chunks that hold any byte of `ranges` (default: all) from being evicted, of this version and of those to come,
   * until they are unpinned. They need not be stored yet: nothing is fetched, and it holds when they arrive. Pins do not
   * keep what `invalidate()` or `clear()` gives up, nor what the browser clears by itself (see `DiskCache.persist`).
   */
  pin(options?: PinOptions): Promise<void>
  /** Takes pins away from `ranges` (default: all). */
  unpin(options?: PinOptions): Promise<void>
  /**
   * Reads everything that is stored of this disk, all generations of it, and compares it with the checksums that were
   * taken when it was stored. What is missing, cut short or altered is not served any more from then on; with `repair`
   * it is fetched again, as far as it is of the generation that new sessions read. The page does the work.
   *
   * @throws {DiskCacheError} `no-such-disk`; `aborted`; `unsupported` when the script cannot be loaded; `storage-failed`;
   * with `repair` what `prefetch()` throws: the bad chunks are given up all the same.
   */
  verify(options?: VerifyOptions): Promise<VerifyReport>
  /**
   * What is known of each chunk, of all generations: whether it is stored, when it was used last, its checksum. The page
   * reads it out of the catalog.
   *
   * @throws {DiskCacheError} `no-such-disk`; `storage-failed`; `unsupported` when the script that does it cannot be loaded.
   */
  chunks(): Promise<DiskChunks>
  /**
   * Lets the worker forget what it remembers of this disk, and look again, as after a restart. What is stored stays.
   *
   * @throws {DiskCacheError} `no-such-disk`
   */
  refresh(): Promise<void>
  /** Makes the generation with this ETag unusable, or all generations of the disk. */
  invalidate(options?: { readonly etag?: string }): Promise<EvictionReport>
  /** Adds tags, by which `DiskCache.invalidate` finds the disk. */
  tag(...tags: string[]): Promise<void>
  /**
   * Asks the origin now what it has. If that is another version, what it has in common with those that are stored is
   * taken over, provided that a manifest of SHA-256 hashes lies beside the disk (`<disk>.manifest.json`).
   *
   * @throws {DiskCacheError} `origin-unreachable`, `origin-status`, `origin-bad-response` (also for a manifest that is not
   * to be believed), `no-such-disk`, `storage-failed`, or `unsupported` when the script that does it cannot be loaded.
   */
  update(): Promise<UpdateReport>
  /**
   * Switches to the waiting version: sessions that begin from now on read it. Those that have begun keep theirs, unless
   * `on-change` is `switch`.
   *
   * @throws {DiskCacheError} `no-such-disk` when no version waits.
   */
  activate(): Promise<void>
  /**
   * Opens the disk for reads past the service worker: straight out of the store, or out of memory; only what is not
   * stored goes through the worker. In a dedicated worker, `openBlockDevice()` of `sectorcache/device` does the same.
   *
   * @throws {DiskCacheError} `not-registered` when no worker controls this page; `no-such-disk`; `unsupported` when the
   * script of the device cannot be loaded; and what keeps the first byte from being read.
   */
  open(): Promise<BlockDevice>
  /**
   * What boots of this disk read: as it was recorded, merged over the last boots that came to rest (nothing new was read for
   * 20 s); else what lies beside the image (`<disk>.boot.json`); else what was recorded of boots that did not come to rest.
   *
   * @returns `undefined` if there is none of these.
   * @throws {DiskCacheError} `no-such-disk`; `integrity-failed` for a file that is none; `unsupported`; `storage-failed`.
   */
  bootProfile(): Promise<BootProfile | undefined>
  /** Records what any page or worker reads of this disk from now on, until `stop()`. Without it, each session's start is recorded. */
  recordBoot(): BootRecorder
  /**
   * Whether this page and this disk would boot with the network unplugged: reads what a boot needs, and compares it with its
   * checksums. What turns out to be bad is given up, as by `verify()`; what of the page is not kept yet, is kept. Without the
   * profile of a boot that came to rest, the whole disk is needed.
   *
   * @param profile - what the boot reads. @default what `bootProfile()` finds
   * @throws {DiskCacheError} `no-such-disk`; `integrity-failed` for an object that is no profile; `unsupported`; `storage-failed`.
   */
  ready(profile?: ProfileChoice): Promise<OfflineReport>
}

/** What {@link Disk.prefetch} takes. */
export interface PrefetchOptions {
  /** The bytes to fetch, half-open, in this order. @default the whole disk */
  readonly ranges?: readonly ByteRange[]
  /** Fetches what this boot reads, in its order, before `ranges`. With `recorded` rejects with `invalid-option` if there is none. */
  readonly profile?: ProfileChoice
  /** Stops it; the promise rejects with `aborted` at once. */
  readonly signal?: AbortSignal
  /** Called whenever bytes have arrived. */
  readonly onProgress?: (progress: PrefetchProgress) => void
  /** Origin requests at a time, 1 to 32. @default 2, so that reads of the guest have room */
  readonly concurrency?: number
}

/** What {@link Disk.evict} takes. */
export interface EvictOptions {
  /** Only chunks that lie wholly inside these bytes, half-open. @default the whole disk */
  readonly ranges?: readonly ByteRange[]
}

/** What {@link Disk.pin} and {@link Disk.unpin} take. */
export interface PinOptions {
  /** Bytes, half-open. @default the whole disk, however long it is */
  readonly ranges?: readonly ByteRange[]
  /** What this boot reads, besides `ranges`. With `recorded` rejects with `invalid-option` if there is none. */
  readonly profile?: ProfileChoice
}

/** What {@link Disk.verify} takes. */
export interface VerifyOptions {
  /** Whether to fetch again what is bad. @default false */
  readonly repair?: boolean
  /** Stops it; what was found bad until then is given up. */
  readonly signal?: AbortSignal
  /** Called after every few MiB. */
  readonly onProgress?: (progress: VerifyProgress) => void
}

export type {
  BlockDevice,
  ByteRange,
  ChunkPage,
  DiskChunks,
  GenerationChunks,
  OriginFaults,
  RankedChunk,
  ReadOutcome,
  VerifyProgress,
  VerifyReport,
}
