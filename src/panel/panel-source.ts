import type { DiskCacheEvent } from '../protocol/events.ts'
import type {
  CacheStats,
  DiskStatus,
  PrefetchProgress,
  StorageReport,
} from '../protocol/reports.ts'
import type { PanelCommand, PanelCommandResult } from './panel-command.ts'

/**
 * All that the panel knows of a cache. {@link createPanelSource} makes one of a `DiskCache`; others may
 * stand on the far side of a port, because everything that passes is structured-cloneable.
 */
export interface PanelSource {
  /** The state of the cache now. */
  snapshot(): Promise<PanelSnapshot>
  /**
   * Hears of changes in batches.
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
}

/** What travels beside a command. */
export interface PanelRunOptions {
  /** Stops a prefetch; the other commands are done before anybody could stop them. */
  readonly signal?: AbortSignal
  /** Hears how far a prefetch has come. */
  readonly onProgress?: (progress: PrefetchProgress) => void
}
