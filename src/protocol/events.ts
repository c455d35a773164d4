import type { ByteRange } from '../core/byte-range.ts'
import type { DiskCacheErrorCode } from '../core/errors.ts'
import type { ReadOutcome } from '../core/read-counters.ts'
import type { GenerationState } from './reports.ts'

/** Something that happened in the worker. */
export type DiskCacheEvent =
  ReadEvent | FetchingEvent | StoredEvent | EvictedEvent | GenerationEvent | ProblemEvent | GapEvent

/** A read was answered. */
export interface ReadEvent {
  readonly type: 'read'
  readonly url: string
  /** The bytes that the body holds; `undefined` for HEAD, 304, 412, 416 and errors. */
  readonly range?: ByteRange
  readonly status: number
  readonly outcome: ReadOutcome
  readonly cacheBytes: number
  readonly originBytes: number
  /**
   * When the answer's headers left, in milliseconds since the epoch. Events come in batches, up to 100 ms later.
   * A worker of a release before it was added does not say it.
   */
  readonly at?: number
  /** Until then. */
  readonly durationMs: number
  /** The page or worker that read; empty for navigations. */
  readonly clientId: string
  /** Set when `outcome` is `error`. */
  readonly code?: DiskCacheErrorCode
}

/** Bytes are being asked for at the origin: they will be stored, or a read or prefetch will tell why not. */
export interface FetchingEvent {
  readonly type: 'fetching'
  readonly url: string
  readonly generation: string
  readonly ranges: readonly ByteRange[]
}

/** Chunks were stored. */
export interface StoredEvent {
  readonly type: 'stored'
  readonly url: string
  readonly generation: string
  /** The bytes of the chunks. */
  readonly ranges: readonly ByteRange[]
}

/** Chunks were removed, by an eviction or an invalidation. */
export interface EvictedEvent {
  readonly type: 'evicted'
  readonly url: string
  readonly generation: string
  readonly chunks: number
  readonly bytes: number
}

/** A generation was found, took over, or was given up. */
export interface GenerationEvent {
  readonly type: 'generation'
  readonly url: string
  readonly generation: string
  readonly state: GenerationState | 'gone'
  readonly etag?: string
}

/** Something went wrong that no read reports, or that should be known besides. */
export interface ProblemEvent {
  readonly type: 'problem'
  readonly code: DiskCacheErrorCode
  readonly message: string
  readonly url?: string
}

/** Events were missed: the worker was restarted or the page slept. Ask for the state again. */
export interface GapEvent {
  readonly type: 'gap'
}
