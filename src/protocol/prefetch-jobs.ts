import type { ByteRange } from '../core/byte-range.ts'
import type { DiskCacheErrorCode } from '../core/errors.ts'
import type { ProfileChoice } from './boot.ts'

/**
 * Prefetches that outlive the page that asked for them. They are kept in the catalog; any page of the site that is open works them
 * off, one after the other, and reads of guests go first.
 */
export interface PrefetchJobs {
  /**
   * Adds a job. If one for the same bytes of the same disk has not ended yet, that one gets the new URL and options, and goes on if
   * it was paused; one that has ended makes way for the new one.
   *
   * @param url - of a disk: absolute, or relative to the page.
   * @throws {DiskCacheError} `no-such-disk`; `invalid-range`; `invalid-option` for a profile that is not there, or a concurrency
   * that cannot be; `unsupported` when the script that does it cannot be loaded; `storage-failed`.
   */
  add(url: string | URL, options?: PrefetchJobOptions): Promise<PrefetchJob>
  /** All jobs, the oldest first. Those that have ended are forgotten after a day. */
  list(): Promise<PrefetchJob[]>
  /** Lets a job rest until `resume()`. What has begun to arrive is kept. */
  pause(id: string): Promise<void>
  /** Lets a job go on that was paused, failed, or waits. */
  resume(id: string): Promise<void>
  /** Forgets a job. What it has fetched stays stored. */
  cancel(id: string): Promise<void>
  /**
   * Hears of all jobs: at once, and whenever something has changed.
   *
   * @returns a function that ends the subscription.
   */
  subscribe(listener: (jobs: readonly PrefetchJob[]) => void): () => void
}

/** What {@link PrefetchJobs.add} takes. */
export interface PrefetchJobOptions {
  /** The bytes to fetch, half-open, in this order. @default the whole disk */
  readonly ranges?: readonly ByteRange[]
  /** Fetches what this boot reads, in its order, before `ranges`. */
  readonly profile?: ProfileChoice
  /** Higher ones go first. @default 0 */
  readonly priority?: number
  /** Origin requests at a time, 1 to 32. @default 2 */
  readonly concurrency?: number
  /** Whether to go on though the user wants to save data (`navigator.connection.saveData`). @default false */
  readonly force?: boolean
}

/** A job, as it is now. */
export interface PrefetchJob {
  readonly id: string
  /** What the origin is asked for; absolute. */
  readonly url: string
  /** The disk as `DiskStatus.url` names it. */
  readonly key: string
  /** `queued`: others go first. `waiting`: it goes on by itself. */
  readonly state: 'queued' | 'running' | 'paused' | 'waiting' | 'failed' | 'done'
  readonly waitingFor?: 'network' | 'data-saver'
  readonly priority: number
  /** Bytes of all chunks that are wanted; `undefined` until it is known. */
  readonly totalBytes?: number
  /** Of these, bytes that are stored. */
  readonly storedBytes?: number
  /** Bytes that came while it ran. */
  readonly fetchedBytes: number
  /** Over the last few seconds; 0 while it does not run. */
  readonly bytesPerSecond: number
  /** `undefined` while it does not run. */
  readonly secondsLeft?: number
  /** Why it failed. */
  readonly error?: { readonly code: DiskCacheErrorCode; readonly message: string }
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}
