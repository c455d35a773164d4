import type { DiskCacheErrorCode } from '../core/errors.ts'

/** A prefetch that goes on until it is done, whatever happens in between. */
export interface PrefetchJob {
  readonly id: string
  readonly url: string
  readonly state: 'queued' | 'running' | 'paused' | 'waiting' | 'failed' | 'done'
  readonly totalBytes?: number
  readonly storedBytes?: number
  readonly fetchedBytes: number
  readonly bytesPerSecond: number
  readonly secondsLeft?: number
  readonly error?: { readonly code?: DiskCacheErrorCode; readonly message: string }
}
