import { parseCacheControl } from './cache-control.ts'
import type { GenerationIdentity } from './generation-identity.ts'
import type { TuningOptions } from './options.ts'
import { variesByEverything } from './vary.ts'

/** Why a disk may not be stored. */
export type StoreObstacle = 'no-validator' | 'no-store' | 'private' | 'varies'

/** Each {@link StoreObstacle} as a sentence for the page. */
export const storeObstacles: Readonly<Record<StoreObstacle, string>> = {
  'no-validator':
    'the origin sends neither ETag nor Last-Modified; "assume-immutable" stores it all the same',
  varies: 'the origin says Vary: *',
  'no-store': 'the origin says Cache-Control: no-store; "private" stores it all the same',
  private: 'the origin says Cache-Control: private; "private" stores it all the same',
}

/**
 * Decides whether a disk may be stored: it needs a validator, or its changes could not be seen; and the
 * origin must not forbid it (RFC 9111 sections 3, 4.1 and 5.2.2). All but `Vary: *` can be overruled by an option.
 *
 * @param headers - of the response, by lower-case name.
 * @returns what stands in the way, or `undefined`.
 */
export function findStoreObstacle(
  { validator }: Pick<GenerationIdentity, 'validator'>,
  headers: Readonly<Record<string, string>>,
  options: Pick<TuningOptions, 'assumeImmutable' | 'private'>,
): StoreObstacle | undefined {
  if (validator.kind === 'none' && options.assumeImmutable === 'off') return 'no-validator'
  if (variesByEverything(headers['vary'])) return 'varies'
  if (options.private === 'on') return undefined
  const directives = parseCacheControl(headers['cache-control'])
  if (directives.has('no-store')) return 'no-store'
  return directives.has('private') ? 'private' : undefined
}
