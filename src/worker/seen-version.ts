import { parseContentRange } from '../core/content-range.ts'
import { parseEntityTag } from '../core/entity-tag.ts'
import {
  isSameGeneration,
  isSameValidator,
  isUntold,
  readValidator,
} from '../core/generation-identity.ts'
import type { GenerationIdentity, Validator } from '../core/generation-identity.ts'
import { badResponse } from '../origin/check-response.ts'

/** What a response that was let through says of its version. */
export interface SeenVersion {
  readonly identity: SeenIdentity
  /** Compressed on the way: its tag may be a weak one therefore, and its length says nothing. */
  readonly isEncoded: boolean
}

/** A {@link GenerationIdentity} of which the size may not be told. */
export interface SeenIdentity {
  readonly validator: Validator
  readonly sizeBytes: number | undefined
}

/** Reads the version off a 200 or 206 to a GET. */
export function seenVersion({ status, headers, type }: Response): SeenVersion {
  const isEncoded = (headers.get('content-encoding') ?? 'identity') !== 'identity'
  const length = headers.get('content-length')
  // Another origin need not show that it compresses.
  const wholeBytes = length === null || type === 'cors' ? undefined : Number(length)
  const told =
    status === 206 ? parseContentRange(headers.get('content-range'))?.sizeBytes : wholeBytes
  const sizeBytes = isEncoded ? undefined : told
  return { identity: { validator: readValidator(headers), sizeBytes }, isEncoded }
}

/** Whether all of the identity is known. */
export function isWholeIdentity(identity: SeenIdentity): identity is GenerationIdentity {
  return identity.sizeBytes !== undefined
}

/** Whether what was seen may be the version that a session reads. */
export function isSeenAs(
  standing: GenerationIdentity,
  { identity, isEncoded }: SeenVersion,
): boolean {
  if (isUntold(standing)) return true
  if (isEncoded) return isSameTag(standing.validator, identity.validator)
  if (isWholeIdentity(identity)) return isSameGeneration(standing, identity)
  return isSameValidator(standing.validator, identity.validator)
}

/**
 * @throws {DiskCacheError} `origin-bad-response` if the disk has a validator: a response without one says
 * nothing of its version.
 */
export function assertWithout(known: GenerationIdentity | undefined, url: string): void {
  if (known === undefined || known.validator.kind === 'none') return
  const range = { start: 0, end: known.sizeBytes }
  throw badResponse({ url, range }, 'sent an ETag or a date before, but now neither')
}

function isSameTag(a: Validator, b: Validator): boolean {
  if (!('etag' in a) || !('etag' in b)) return isSameValidator(a, b)
  return parseEntityTag(a.etag)?.opaque === parseEntityTag(b.etag)?.opaque
}
