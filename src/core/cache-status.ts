/** What happened to a request, in the words of RFC 9211. */
export interface CacheStatus {
  /** `hit`, or why the request went forward to the origin (RFC 9211 section 2.2). */
  readonly outcome: 'hit' | 'miss' | 'partial' | 'request' | 'stale' | 'bypass'
  /** The status that the origin answered, when it was asked. */
  readonly forwardStatus?: number
  /** Whether what came from the origin is kept. */
  readonly stored?: boolean
  /** Anything worth telling a person: an error code, a reason. */
  readonly detail?: string
}

/** Writes the `Cache-Status` header (RFC 9211) of this cache. */
export function formatCacheStatus(status: CacheStatus): string {
  let value = 'sectorcache'
  value += status.outcome === 'hit' ? '; hit' : `; fwd=${status.outcome}`
  if (status.forwardStatus !== undefined) value += `; fwd-status=${status.forwardStatus}`
  if (status.stored === true) value += '; stored'
  if (status.detail !== undefined) value += `; detail=${toStructuredString(status.detail)}`
  return value
}

/** A String of RFC 9651 section 3.3.3: printable ASCII, with `"` and `\` escaped. */
function toStructuredString(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
