import type { ByteRange } from '../core/byte-range.ts'
import type { OriginFaults } from '../core/origin-faults.ts'
import type { RawTuningOptions } from '../core/parse-options.ts'
import type {
  CacheStats,
  DiskStatus,
  EvictionReport,
  GenerationStatus,
  InvalidationFilter,
  StorageReport,
} from './reports.ts'

/**
 * What the worker does for pages, behind Comlink. Every call ends within about five seconds; the page
 * drives longer work in such steps. URLs are absolute.
 */
export interface WorkerApi {
  /** Who is there. The first call of every page. */
  hello(): Promise<WorkerHello>
  /**
   * Asks for options, as written. The first page of a scope decides; `conflicts` names those that differ from what
   * stands.
   *
   * @throws {DiskCacheError} `invalid-option`
   */
  configure(options: RawTuningOptions): Promise<{ readonly conflicts: readonly string[] }>
  disks(): Promise<DiskStatus[]>
  status(url: string): Promise<DiskStatus>
  stats(): Promise<CacheStats>
  storage(): Promise<StorageReport>
  prefetchStep(url: string, step: PrefetchStep): Promise<PrefetchStepReport>
  evict(url: string, ranges: readonly ByteRange[] | undefined): Promise<EvictionReport>
  pin(url: string, ranges: readonly ByteRange[] | undefined): Promise<void>
  unpin(url: string, ranges: readonly ByteRange[] | undefined): Promise<void>
  invalidate(url: string, etag: string | undefined): Promise<EvictionReport>
  invalidateMatching(filter: InvalidationFilter): Promise<EvictionReport>
  clear(): Promise<EvictionReport>
  /** The store was changed behind the worker's back: forgets what it remembers of the disk, and looks again. */
  refresh(url: string): Promise<void>
  /**
   * Makes room for bytes of a disk that this page stores by itself, as a read or prefetch would.
   *
   * @param isUrgent - the browser had no room for them, whatever the budget says.
   * @returns whether there is some now.
   * @throws {DiskCacheError} `quota-exceeded` when everything else is to stay.
   */
  makeRoom(url: string, bytes: number, isUrgent: boolean): Promise<boolean>
  tag(url: string, tags: readonly string[]): Promise<void>
  /**
   * Keeps files that a page is made of, so that it opens without a network.
   *
   * @returns those that it has not come to: to be asked for again.
   */
  keepPage(urls: readonly string[]): Promise<readonly string[]>
  /** Asks the origin what it has now. */
  update(url: string): Promise<UpdateStatus>
  activate(url: string): Promise<void>
  /** Fetches the manifest beside a disk; `undefined` if its origin has none. */
  manifest(url: string): Promise<string | undefined>
  /** Fetches the boot profile beside a disk; `undefined` if its origin has none. */
  bootFile(url: string): Promise<string | undefined>
  /**
   * Takes note of what this page reads of a disk past the worker, in order, and fetches ahead of it. Without reads, writes what
   * was noted of all boots.
   *
   * @param reads - bytes, half-open.
   */
  noteReads(url: string, reads: readonly ByteRange[]): Promise<void>
  /** Lets requests to origins go wrong, until the page that calls is gone. @returns what is in force now */
  setFaults(faults: OriginFaults | undefined): Promise<OriginFaults>
}

/** What the origin has now, as it is stored. */
export interface UpdateStatus {
  readonly isSame: boolean
  readonly generation: GenerationStatus
}

/** The worker introduces itself. */
export interface WorkerHello {
  readonly protocol: number
  /** URLPattern strings of the disks, absolute. */
  readonly disks: readonly string[]
  /** How many prefetch jobs there are. */
  readonly jobs?: number
  /** Whether it keeps pages, so that they open without a network. */
  readonly keepsPages?: boolean
  /** Why the worker's options are unusable; then it lets every request pass. */
  readonly optionError?: { readonly message: string; readonly details: Record<string, unknown> }
}

/** One step of a prefetch. */
export interface PrefetchStep {
  /** `undefined`: the whole disk. */
  readonly ranges?: readonly ByteRange[]
  /** `undefined`: the waiting one, or else the active one. */
  readonly generation?: string
  readonly concurrency: number
}

/** What one step came to: `waiting` while the origin has not even said what there is. */
export type PrefetchStepReport = { readonly kind: 'waiting' } | PrefetchStepProgress

/** How far a prefetch has come after a step. */
export interface PrefetchStepProgress {
  readonly kind: 'progress'
  readonly etag?: string
  /** The generation that is being fetched; a change between steps is a change of the disk. */
  readonly generation: string
  /** Bytes of all chunks that were asked for. */
  readonly totalBytes: number
  /** Of these, bytes that are stored or have arrived. */
  readonly storedBytes: number
  /** The same when the step began: what it had not to fetch. */
  readonly storedBefore: number
  readonly done: boolean
}

/** Calls that may be sent again when the worker died: twice does no harm, and answers the same. */
export const idempotentCalls: ReadonlySet<string> = new Set<keyof WorkerApi>([
  'hello',
  'configure',
  'disks',
  'status',
  'stats',
  'storage',
  'prefetchStep',
  'tag',
  'keepPage',
  'update',
  'manifest',
  'bootFile',
  'noteReads',
  'pin',
  'unpin',
  'refresh',
  'makeRoom',
  'setFaults',
])
