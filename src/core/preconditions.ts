import { matchesStrongly, matchesWeakly, parseEntityTag, parseEntityTagList } from './entity-tag.ts'
import type { EntityTag } from './entity-tag.ts'
import type { HeaderSource } from './header-source.ts'
import { parseHttpDate } from './http-date.ts'

/** The selected representation's validators, as the origin sent them. */
export interface StoredValidators {
  readonly etag: string | null
  readonly lastModified: string | null
  /** The `Date` of the response that carried them. */
  readonly date: string | null
}

/** `proceed`: answer as if there were no precondition; else 304, or 412. */
export type PreconditionOutcome = 'proceed' | 'not-modified' | 'failed'

/**
 * Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` of a GET or
 * HEAD in the order of RFC 9110 section 13.2.2. `If-Range` comes after, see {@link isRangeApplicable}.
 */
export function evaluatePreconditions(
  request: HeaderSource,
  stored: StoredValidators,
): PreconditionOutcome {
  const ifMatch = request.get('if-match')
  if (ifMatch !== null) {
    if (!listMatches(ifMatch, stored, matchesStrongly)) return 'failed'
  } else if (isModifiedSince(request.get('if-unmodified-since'), stored) === true) {
    return 'failed'
  }
  const ifNoneMatch = request.get('if-none-match')
  if (ifNoneMatch !== null) {
    return listMatches(ifNoneMatch, stored, matchesWeakly) ? 'not-modified' : 'proceed'
  }
  // Without Last-Modified, the date of the response has to do (RFC 9111 section 4.3.2).
  const lastModified = stored.lastModified ?? stored.date
  const modified = isModifiedSince(request.get('if-modified-since'), { lastModified })
  return modified === false ? 'not-modified' : 'proceed'
}

/**
 * Whether the Range header is to be obeyed: there is no `If-Range`, or it names the stored
 * representation. ETags are compared strongly; a date must equal Last-Modified, and that must be a
 * strong validator, a minute or more older than `Date` (RFC 9110 sections 13.1.5 and 8.8.2.2).
 */
export function isRangeApplicable(request: HeaderSource, stored: StoredValidators): boolean {
  const ifRange = request.get('if-range')
  if (ifRange === null) return true
  const wanted = parseEntityTag(ifRange)
  if (wanted !== undefined) {
    const current = parseEntityTag(stored.etag ?? '')
    return current !== undefined && matchesStrongly(wanted, current)
  }
  const since = parseHttpDate(ifRange)
  const modified = parseHttpDate(stored.lastModified)
  return since === modified && parseHttpDate(stored.date) - modified >= 60_000
}

function listMatches(
  list: string,
  stored: StoredValidators,
  matches: (a: EntityTag, b: EntityTag) => boolean,
): boolean {
  const tags = parseEntityTagList(list)
  if (tags === '*') return true
  const current = parseEntityTag(stored.etag ?? '')
  return current !== undefined && tags.some((tag) => matches(tag, current))
}

/** `undefined` when the condition must be ignored: absent, no HTTP date, or nothing to compare with. */
function isModifiedSince(
  value: string | null,
  { lastModified }: Pick<StoredValidators, 'lastModified'>,
): boolean | undefined {
  if (value === null) return undefined
  const since = parseHttpDate(value)
  const modified = parseHttpDate(lastModified)
  return Number.isNaN(since) || Number.isNaN(modified) ? undefined : modified > since
}
