import type { ByteRange } from '../core/byte-range.ts'
import type { DiskCacheErrorCode } from '../core/errors.ts'

/** A prefetch that outlives its page. */
export interface JobRecord {
  /** Random. */
  readonly id: string
  /** Of the disk, as the page that added the job wrote it; absolute. */
  readonly url: string
  /** Under which the disk is kept. Jobs of older versions have none. */
  readonly key?: string
  /** The bytes to fetch, in this order; absent: the whole disk. */
  readonly ranges?: readonly ByteRange[]
  readonly state: JobState
  readonly waitingFor?: 'network' | 'data-saver' | undefined
  /** Higher ones go first. */
  readonly priority: number
  /** Origin requests at a time; absent: the usual number. */
  readonly concurrency?: number
  /** It goes on though the user wants to save data. */
  readonly force?: boolean
  /** Of all chunks that are wanted; absent until the origin has told the size of the disk. */
  readonly totalBytes?: number
  /** Of these, bytes that are stored or have arrived. */
  readonly storedBytes?: number
  /** Bytes that have come since it was added. */
  readonly fetchedBytes: number
  /** Over the last few seconds of its work. */
  readonly bytesPerSecond: number
  readonly error?: { readonly code: DiskCacheErrorCode; readonly message: string } | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** When it was done or failed, in milliseconds since the epoch. */
  readonly endedAt?: number | undefined
}

/** What a job does. `queued`: others go first. */
export type JobState = 'queued' | 'running' | 'paused' | 'waiting' | 'failed' | 'done'
