import type { ByteRange } from '../core/byte-range.ts'
import type { GenerationState } from './reports.ts'

/** Whether a disk boots with the network unplugged, see `Disk.ready`. All in bytes. */
export interface OfflineReport {
  readonly url: string
  /** Whether no problem is in the way of it. */
  readonly ready: boolean
  readonly shell: ShellReport
  readonly profile: {
    /** `unfinished`: recorded of boots that did not come to rest, so that the whole disk is needed; `none`: the same. */
    readonly source: 'given' | 'recorded' | 'beside' | 'unfinished' | 'none'
    /** How many boots it was made of. */
    readonly boots: number
  }
  /** The version with which a session begins when there is no network; absent while nothing is stored. */
  readonly generation?: {
    readonly id: string
    readonly state: GenerationState
    readonly etag?: string
  }
  /** Of all chunks that are needed; 0 while the size of the disk is not known. */
  readonly totalBytes: number
  /** Of these, bytes of chunks that are not stored, or turned out to be bad. */
  readonly missingBytes: number
  /** The same as ascending ranges, half-open: `prefetch({ ranges: report.missing })` fetches them. */
  readonly missing: readonly ByteRange[]
  /** Of the missing bytes, those that were stored and turned out to be bad just now. */
  readonly damagedBytes: number
  /** Whether the browser promised not to clear this site's storage by itself. */
  readonly persisted: boolean
  /** What there is to be said, in words; first what is in the way. */
  readonly problems: readonly OfflineProblem[]
}

/** Whether the page opens without a network. */
export interface ShellReport {
  /** `unknown`: the worker keeps no pages (a worker of the site's own, or `shell=off`), so others have to. */
  readonly state: 'stored' | 'missing' | 'unknown'
  /** URLs of what the page has loaded, and what is not kept though it could be. */
  readonly missing: readonly string[]
}

/** Something that is in the way of booting offline, or should be known. */
export interface OfflineProblem {
  readonly code: OfflineProblemCode
  readonly message: string
  /** Whether it is in the way: then `ready` is `false`. */
  readonly isBlocking: boolean
}

/** What may be the matter. */
export type OfflineProblemCode =
  /** The page does not go through a worker. */
  | 'not-controlled'
  /** Nothing of the disk is stored. */
  | 'disk-unknown'
  /** Bytes are missing. */
  | 'not-stored'
  /** Bytes were stored, and were bad. */
  | 'damaged'
  /** The disk was written to: the next session asks its origin first. */
  | 'needs-validation'
  /** Files of the page are not kept. */
  | 'shell-missing'
  /** Nobody has read the disk in this browser: what the page loads for a boot may not be kept. */
  | 'never-booted'
  /** Others have to keep the page. */
  | 'shell-unknown'
  /** No boot was recorded: the whole disk is needed. */
  | 'no-profile'
  /** No recorded boot has come to rest: the whole disk is needed. */
  | 'boot-unfinished'
  /** The browser may clear this site's storage when it needs room. */
  | 'not-persisted'
