import type { DiskChunks, OriginFaults, RankedChunk } from '../protocol/api.ts'
import type { DiskCacheEvent } from '../protocol/events.ts'
import type { CacheStats, DiskStatus, StorageReport } from '../protocol/reports.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'
import type { PrefetchJob } from '../protocol/prefetch-jobs.ts'

/**
 * All that the panel knows of a cache. {@link createPanelSource} makes one of a `DiskCache`; others may
 * stand on the far side of a port, because everything that passes is structured-cloneable.
 */
export interface PanelSource {
  /** The state of the cache now. Jobs are left out where they cannot be had, which is told of once as a `problem`. */
  snapshot(): Promise<PanelSnapshot>
  /** What is known of each chunk of a disk. */
  chunks(url: string): Promise<DiskChunks>
  /** What takes room, in the order in which it would go. */
  evictionOrder(): Promise<readonly RankedChunk[]>
  /**
   * Hears of changes in batches; an empty one means that a prefetch has come further.
   *
   * @returns a function that ends the subscription.
   */
  subscribe(listener: (events: readonly DiskCacheEvent[]) => void): () => void
  /**
   * Carries out a command.
   *
   * @throws {DiskCacheError} whatever the page API throws; `aborted` once `signal` fires.
   */
  run(command: PanelCommand, options?: PanelRunOptions): Promise<PanelCommandResult>
}

/** The state of a cache at one moment. */
export interface PanelSnapshot {
  /** Most recently used first. */
  readonly disks: readonly DiskStatus[]
  readonly stats: CacheStats
  readonly storage: StorageReport
  /** Prefetches, those that have ended included. */
  readonly jobs: readonly PrefetchJob[]
  /** Disks of which a boot is being recorded by this panel. */
  readonly recording: readonly string[]
  /** What goes wrong on purpose. */
  readonly faults: OriginFaults
}

/** What travels beside a command. */
export interface PanelRunOptions {
  /** Stops a verification, an export or an import; the other commands are done before anybody could stop them. */
  readonly signal?: AbortSignal
  /** Hears how far these have come. */
  readonly onProgress?: (progress: PanelProgress) => void
}

/** How far a command has come. */
export interface PanelProgress {
  readonly doneBytes: number
  readonly totalBytes: number
  /** 0 until it is known. */
  readonly bytesPerSecond: number
}
