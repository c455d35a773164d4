import type { HeaderSource } from './header-source.ts'
import { parseEntityTag } from './entity-tag.ts'
import { parseHttpDate } from './http-date.ts'

/**
 * What tells one version of a disk from another (RFC 9110 section 8.8).
 *
 * `none`: the origin sends no validator, so a change that keeps the size cannot be seen.
 */
export type Validator =
  | { readonly kind: 'strong'; readonly etag: string }
  | { readonly kind: 'weak'; readonly etag: string }
  | { readonly kind: 'date'; readonly lastModified: string }
  | { readonly kind: 'none' }

/** One immutable version of a disk: its validator and its size in bytes. */
export interface GenerationIdentity {
  readonly validator: Validator
  readonly sizeBytes: number
}

/** In place of the identity of a version that nobody can tell: equal to none. Workers that do not know it see another version. */
export const untoldVersion: GenerationIdentity = { validator: { kind: 'none' }, sizeBytes: -1 }

/** Whether this is the {@link untoldVersion}. */
export function isUntold({ sizeBytes }: GenerationIdentity): boolean {
  return sizeBytes < 0
}

/**
 * Reads the validator of a response: the ETag if there is one, else Last-Modified. An ETag that is not written
 * to the letter (without quotes, say) tells versions apart as well as any, but must not be sent back as strong.
 */
export function readValidator(headers: HeaderSource): Validator {
  const etag = headers.get('etag')?.trim() ?? ''
  if (etag !== '') return { kind: parseEntityTag(etag)?.weak === false ? 'strong' : 'weak', etag }
  const lastModified = headers.get('last-modified')?.trim() ?? ''
  if (!Number.isNaN(parseHttpDate(lastModified))) return { kind: 'date', lastModified }
  return { kind: 'none' }
}

/** A string that is equal for equal identities and for no others: a key for the catalog. */
export function identityKey({ validator, sizeBytes }: GenerationIdentity): string {
  return `${sizeBytes} ${validatorKey(validator)}`
}

/** Whether both are one version of a disk. */
export function isSameGeneration(a: GenerationIdentity, b: GenerationIdentity): boolean {
  return a === b || (a.sizeBytes === b.sizeBytes && isSameValidator(a.validator, b.validator))
}

/** Whether both validators are of the same kind and equal, character by character. */
export function isSameValidator(a: Validator, b: Validator): boolean {
  return validatorKey(a) === validatorKey(b)
}

/** The ETag as the origin wrote it, or `undefined` for a disk without one. */
export function etagOf(validator: Validator): string | undefined {
  return 'etag' in validator ? validator.etag : undefined
}

/**
 * What to send as `If-Range` when more bytes of this generation are wanted. Only a strong ETag may
 * stand there (RFC 9110 section 13.1.5): weak ones must not, and a date is too coarse to trust.
 */
export function ifRangeFor(validator: Validator): string | undefined {
  return validator.kind === 'strong' ? validator.etag : undefined
}

function validatorKey(validator: Validator): string {
  switch (validator.kind) {
    case 'strong':
    case 'weak':
      return `${validator.kind} ${validator.etag}`
    case 'date':
      return `date ${validator.lastModified}`
    case 'none':
      return 'none'
  }
}
