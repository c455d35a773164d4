import type { Validator } from './generation-identity.ts'
import type { TuningOptions } from './options.ts'

/** Why a disk may not be stored. A sentence for `Cache-Status` and for the page. */
export type StoreObstacle = 'no-validator' | 'no-store' | 'private'

/**
 * Decides whether a disk may be stored: it needs a validator, or its changes could not be seen; and the
 * origin must not forbid it (RFC 9111 section 5.2.2). Both can be overruled by an option.
 *
 * @returns what stands in the way, or `undefined`.
 */
export function findStoreObstacle(
  { validator, cacheControl }: { validator: Validator; cacheControl: string | undefined },
  options: Pick<TuningOptions, 'assumeImmutable' | 'private'>,
): StoreObstacle | undefined {
  if (validator.kind === 'none' && options.assumeImmutable === 'off') return 'no-validator'
  if (options.private === 'on') return undefined
  const names = new Set(directiveNames(cacheControl ?? ''))
  if (names.has('no-store')) return 'no-store'
  return names.has('private') ? 'private' : undefined
}

/** The names in a Cache-Control header; commas in quoted arguments separate nothing (RFC 9111 section 5.2). */
function* directiveNames(cacheControl: string): Generator<string> {
  for (const [, name] of cacheControl.matchAll(
    /([^\s,="]+)(?:=(?:"(?:[^"\\]|\\.)*"|[^\s,"]*))?/g,
  )) {
    if (name !== undefined) yield name.toLowerCase()
  }
}
