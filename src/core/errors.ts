/** Every code a {@link DiskCacheError} can carry. A closed set: later versions only add. */
export const diskCacheErrorCodes = [
  'unsupported',
  'not-registered',
  'invalid-option',
  'invalid-range',
  'no-such-disk',
  'origin-unreachable',
  'origin-status',
  'origin-bad-response',
  'disk-changed',
  'option-conflict',
  'integrity-failed',
  'quota-exceeded',
  'storage-failed',
  'worker-timeout',
  'protocol-mismatch',
  'aborted',
] as const

/** One of {@link diskCacheErrorCodes}. */
export type DiskCacheErrorCode = (typeof diskCacheErrorCodes)[number]

/** Facts about a failure, structured-cloneable so that they survive the way between threads. */
export interface DiskCacheErrorDetails {
  /** The disk's URL. */
  readonly url?: string
  /** The bytes that were wanted, half-open. */
  readonly range?: { readonly start: number; readonly end: number }
  /** The HTTP status that the origin answered. */
  readonly status?: number
  readonly [fact: string]: unknown
}

/** What {@link DiskCacheError} takes besides its code and message. */
export interface DiskCacheErrorOptions {
  readonly details?: DiskCacheErrorDetails
  readonly cause?: unknown
}

/**
 * The one error class of sectorcache. The message says what failed, for which URL and range, and
 * what to do about it.
 *
 * Errors cross threads as copies, so test {@link DiskCacheError.code}, never `instanceof`:
 * see {@link isDiskCacheError}.
 */
export class DiskCacheError extends Error {
  override readonly name: string = 'DiskCacheError'
  /** What kind of failure it is. */
  readonly code: DiskCacheErrorCode
  /** Facts about it: URL, range, status. */
  readonly details: DiskCacheErrorDetails

  constructor(code: DiskCacheErrorCode, message: string, options: DiskCacheErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/**
 * Whether `value` is a {@link DiskCacheError}, of this or of another thread or bundle. One of a later version may have a code that is
 * not known here.
 */
export function isDiskCacheError(value: unknown): value is DiskCacheError {
  return (
    value instanceof Error &&
    value.name === 'DiskCacheError' &&
    typeof (value as Partial<DiskCacheError>).code === 'string'
  )
}

/** `value` itself if it is a {@link DiskCacheError}, else a new one with `code` that has `value` as cause. */
export function toDiskCacheError(
  value: unknown,
  code: DiskCacheErrorCode,
  message: string,
): DiskCacheError {
  return isDiskCacheError(value) ? value : new DiskCacheError(code, message, { cause: value })
}
