import { formatCacheStatus } from '../core/cache-status.ts'
import type { CacheStatus } from '../core/cache-status.ts'
import type { StoredValidators } from '../core/preconditions.ts'
import type { StoredFields } from '../core/stored-fields.ts'

/** What an answer says of itself besides the representation's own fields. */
export interface AnswerFacts {
  readonly cacheStatus: CacheStatus
  /** How long it took until now. */
  readonly durationMs: number
}

/**
 * Leaves out what a 304 should not have: it describes no content (RFC 9110 section 15.4.5). `Last-Modified` stays
 * where there is no ETag to update by.
 */
export function dropContentFields(headers: Headers): void {
  for (const name of ['Content-Type', 'Content-Language', 'Content-Disposition'])
    headers.delete(name)
  if (headers.has('ETag')) headers.delete('Last-Modified')
}

/** Leaves out what describes the disk: a 412 or 416 is not it, and not to be kept as long. */
export function dropRepresentationFields(headers: Headers): void {
  dropContentFields(headers)
  for (const name of ['Cache-Control', 'Expires', 'Last-Modified']) headers.delete(name)
}

/** The validators as `preconditions.ts` wants them. */
export function validatorsOf({ headers, receivedAt }: StoredFields): StoredValidators {
  return {
    etag: headers['etag'] ?? null,
    lastModified: headers['last-modified'] ?? null,
    date: headers['date'] ?? new Date(receivedAt).toUTCString(),
  }
}

/**
 * The header fields that every answer from this generation has, whatever its status: the origin's own, with
 * `Age` (RFC 9111 section 5.1) brought up to `nowMs`, `Date` where the origin sent none or it is hidden
 * (RFC 9110 section 6.6.1), and how it was answered.
 */
export function makeHeaders(
  stored: StoredFields,
  facts: AnswerFacts,
  { nowMs, isCrossOrigin }: { nowMs: number; isCrossOrigin: boolean },
): Headers {
  const headers = new Headers(stored.headers)
  headers.set('Accept-Ranges', 'bytes')
  const ageAtFirst = Number(stored.headers['age'] ?? 0) || 0
  const heldSeconds = Math.max(0, Math.floor((nowMs - stored.receivedAt) / 1000))
  headers.set('Age', String(ageAtFirst + heldSeconds))
  if (!headers.has('date')) headers.set('Date', new Date(stored.receivedAt).toUTCString())
  if (!headers.has('cross-origin-resource-policy') && isCrossOrigin) {
    // It was fetched with CORS, so the origin lets us have it; a cross-origin isolated page needs to hear it.
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin')
  }
  headers.set('Cache-Status', formatCacheStatus(facts.cacheStatus))
  const { outcome } = facts.cacheStatus
  headers.set('Server-Timing', `sectorcache;desc="${outcome}";dur=${facts.durationMs.toFixed(1)}`)
  return headers
}
