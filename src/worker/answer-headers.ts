import { formatCacheStatus } from '../core/cache-status.ts'
import type { CacheStatus } from '../core/cache-status.ts'
import type { StoredValidators } from '../core/preconditions.ts'
import type { StoredFields } from '../core/stored-fields.ts'

/** Header fields of an answer, by lower-case name. A plain object: it goes into a Response faster than Headers. */
export type AnswerFields = Record<string, string>

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
export function dropContentFields(fields: AnswerFields): void {
  for (const name of ['content-type', 'content-language', 'content-disposition'])
    delete fields[name]
  if ('etag' in fields) delete fields['last-modified']
}

/** Leaves out what describes the disk: a 412 or 416 is not it, and not to be kept as long. */
export function dropRepresentationFields(fields: AnswerFields): void {
  dropContentFields(fields)
  for (const name of ['cache-control', 'expires', 'last-modified']) delete fields[name]
}

/** The validators as `preconditions.ts` wants them. */
export function validatorsOf(stored: StoredFields): StoredValidators {
  const { headers } = stored
  return {
    etag: headers['etag'] ?? null,
    lastModified: headers['last-modified'] ?? null,
    date: dateOf(stored),
  }
}

/**
 * The header fields that every answer from this generation has, whatever its status: the origin's own, with
 * `Age` (RFC 9111 section 5.1) brought up to `nowMs`, `Date` where the origin sent none or it is hidden
 * (RFC 9110 section 6.6.1), and how it was answered.
 */
export function makeFields(
  { headers, receivedAt }: StoredFields,
  { cacheStatus, durationMs }: AnswerFacts,
  { nowMs, isCrossOrigin }: { nowMs: number; isCrossOrigin: boolean },
): AnswerFields {
  const ageAtFirst = Number(headers['age'] ?? 0) || 0
  const heldSeconds = Math.max(0, Math.floor((nowMs - receivedAt) / 1000))
  return {
    // It was fetched with CORS, so the origin lets us have it; a cross-origin isolated page needs to hear it.
    ...(isCrossOrigin && { 'cross-origin-resource-policy': 'cross-origin' }),
    ...headers,
    'accept-ranges': 'bytes',
    age: String(ageAtFirst + heldSeconds),
    date: dateOf({ headers, receivedAt }),
    'cache-status': formatCacheStatus(cacheStatus),
    'server-timing': `sectorcache;desc="${cacheStatus.outcome}";dur=${durationMs.toFixed(1)}`,
  }
}

function dateOf({ headers, receivedAt }: StoredFields): string {
  return headers['date'] ?? new Date(receivedAt).toUTCString()
}
