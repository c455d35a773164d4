/** How the site of a program is set up: one of few, so that a site serves many programs. */
export interface SiteChoice {
  readonly chunkSize: '4KiB' | '64KiB' | '1MiB'
  readonly store: 'idb' | 'opfs'
  readonly onChange: 'hold' | 'switch'
}

/** What the versions of a disk are told apart by. */
export type ValidatorKind = 'strong' | 'weak' | 'date'

/** A disk as it is when a program begins. */
export interface DiskChoice {
  /** Whole chunks of the site's chunk size. */
  readonly chunks: number
  /** Added to them, in bytes; what comes out is at least 1. */
  readonly extraBytes: number
  readonly validator: ValidatorKind
  /** Whether about every third chunk is all zeroes. */
  readonly zeroes: boolean
}

/** Who reads: each has a client id, and so sessions, of its own. */
export type ReaderName = 'page' | 'frame' | 'worker'

/** A range, in terms that fit every disk. */
export interface RangeChoice {
  readonly form: 'closed' | 'open' | 'suffix'
  /** Where it begins, in 65536ths of the disk; a little more than all, so that some begin beyond its end. */
  readonly place: number
  /** Moves the beginning to the chunk's, plus so many bytes; `undefined` leaves it. */
  readonly fromChunk: number | undefined
  /** Its length is so many chunks … */
  readonly chunks: number
  /** … and so many bytes, at least 1. */
  readonly bytes: number
}

/** What goes wrong at the origin, see `src/demo/server/faults.ts`. */
export type FaultKind =
  | 'unavailable'
  | 'not-found'
  | 'reset'
  | 'short-body'
  | 'wrong-content-range'
  | 'wrong-total'
  | 'other-etag'
  | 'weak-etag'
  | 'no-validator'
  | 'range-ignored'
  | 'range-ignored-without-length'
  | 'login-page'
  | 'gzip'
  | 'stall'

/** One thing that is done. `disk` counts the program's disks, modulo their number. */
export type Operation =
  | ReadOperation
  | { readonly kind: 'evict'; readonly disk: number; readonly range: RangeChoice | undefined }
  | { readonly kind: 'invalidate'; readonly disk: number; readonly by: InvalidateBy }
  | { readonly kind: 'clear' }
  | { readonly kind: 'prefetch'; readonly disk: number; readonly range: RangeChoice | undefined }
  | { readonly kind: 'status'; readonly disk: number }
  | { readonly kind: 'stop-worker' }
  | { readonly kind: 'renew'; readonly reader: ReaderName }
  | { readonly kind: 'change'; readonly disk: number; readonly growHalfChunks: number }
  | { readonly kind: 'revert'; readonly disk: number; readonly back: number }
  | FaultOperation
  | { readonly kind: 'mend' }

/** A read through the cache. */
export interface ReadOperation {
  readonly kind: 'read'
  readonly reader: ReaderName
  readonly disk: number
  /** `whole` asks without a range. */
  readonly ask: 'head' | 'whole' | readonly RangeChoice[]
  /** Aborts when so many bytes of the body have come; `undefined` reads to the end. */
  readonly leaveAfter: number | undefined
}

/** Puts a fault to work. */
export interface FaultOperation {
  readonly kind: 'fault'
  readonly disk: number
  readonly fault: FaultKind
  readonly times: number
  /** Bytes that are missing, or come before a stall. */
  readonly bytes: number
}

/** By what an invalidation finds the disk. */
export type InvalidateBy = 'disk' | 'disk-etag' | 'cache-etag' | 'cache-prefix'

/** An operation, and when it begins after its step did: where it falls among the others, nothing else. */
export interface Timed {
  readonly pauseMs: number
  readonly operation: Operation
}

/** A program: operations of one step overlap; steps follow each other. */
export interface Program {
  readonly site: SiteChoice
  readonly disks: readonly DiskChoice[]
  readonly steps: readonly (readonly Timed[])[]
}
