import { formatCacheStatus } from '../core/cache-status.ts'
import type { CacheStatus } from '../core/cache-status.ts'
import type { StoredValidators } from '../core/preconditions.ts'
import type { GenerationRecord } from '../storage/catalog-schema.ts'

/** What an answer says of itself besides the representation's own fields. */
export interface AnswerFacts {
  readonly cacheStatus: CacheStatus
  /** How long it took until now. */
  readonly durationMs: number
}

/** The validators as `preconditions.ts` wants them. */
export function validatorsOf({ headers }: GenerationRecord): StoredValidators {
  return {
    etag: headers['etag'] ?? null,
    lastModified: headers['last-modified'] ?? null,
    date: headers['date'] ?? null,
  }
}

/**
 * The header fields that every answer from this generation has, whatever its status: the origin's own, with
 * `Age` (RFC 9111 section 5.1) brought up to `nowMs`, and how it was answered.
 */
export function makeHeaders(
  record: GenerationRecord,
  facts: AnswerFacts,
  { nowMs, scopeOrigin }: { nowMs: number; scopeOrigin: string },
): Headers {
  const headers = new Headers(record.headers)
  headers.set('Accept-Ranges', 'bytes')
  const ageAtFirst = Number(record.headers['age'] ?? 0) || 0
  const heldSeconds = Math.max(0, Math.floor((nowMs - record.createdAt) / 1000))
  headers.set('Age', String(ageAtFirst + heldSeconds))
  if (!headers.has('cross-origin-resource-policy') && new URL(record.url).origin !== scopeOrigin) {
    // It was fetched with CORS, so the origin lets us have it; a cross-origin isolated page needs to hear it.
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin')
  }
  headers.set('Cache-Status', formatCacheStatus(facts.cacheStatus))
  const { outcome } = facts.cacheStatus
  headers.set('Server-Timing', `sectorcache;desc="${outcome}";dur=${facts.durationMs.toFixed(1)}`)
  return headers
}
