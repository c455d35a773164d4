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
  const directives = (cacheControl ?? '').toLowerCase().split(',')
  const names = new Set(directives.map((directive) => directive.replace(/=.*$/s, '').trim()))
  if (names.has('no-store')) return 'no-store'
  return names.has('private') ? 'private' : undefined
}
