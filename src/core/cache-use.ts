import { parseCacheControl } from './cache-control.ts'
import type { HeaderSource } from './header-source.ts'

/**
 * How a request may be answered.
 *
 * - `default`: from the store, and from the origin what is missing
 * - `validate`: the same, once the origin has said that the version is still its own; out of its reach, from the store
 * - `bypass`: by the network itself, and nothing of that is stored; without a network, from the store
 * - `only-stored`: from the store, or not at all
 */
export type CacheUse = 'default' | 'validate' | 'bypass' | 'only-stored'

/** What decides about the {@link CacheUse} of a request. */
export interface CacheUseFacts {
  /** The request's cache mode (Fetch section 2.2.5). */
  readonly cacheMode: string
  readonly headers: HeaderSource
}

/** Fields of a request that make the browser change its cache mode by itself (Fetch section 4.5). */
const conditions = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
]

/**
 * Reads from the cache mode of a request, or from its `Cache-Control` and `Pragma` (RFC 9111 sections 5.2.1 and
 * 5.4), how it may be answered.
 *
 * A request with conditions has the mode `no-cache` in Chromium, whoever made it: that is taken for `default`. The
 * conditions are evaluated here, and asking the origin each time would make them useless offline.
 *
 * `reload` is `validate`: a validated version has the same bytes as one that is fetched again, and Chromium sends every
 * request so while its developer tools are told to disable the cache.
 */
export function cacheUseOf({ cacheMode, headers }: CacheUseFacts): CacheUse {
  const directives = parseCacheControl(headers.get('cache-control'))
  if (cacheMode === 'no-store' || directives.has('no-store')) return 'bypass'
  if (cacheMode === 'only-if-cached' || directives.has('only-if-cached')) return 'only-stored'
  if (cacheMode === 'reload') return 'validate'
  if (cacheMode === 'no-cache' && !hasConditions(headers)) return 'validate'
  return cacheMode === 'force-cache' ? 'default' : fromDirectives(directives, headers)
}

function hasConditions(headers: HeaderSource): boolean {
  return conditions.some((name) => headers.get(name) !== null)
}

function fromDirectives(directives: ReadonlyMap<string, string>, headers: HeaderSource): CacheUse {
  const isAlwaysStale = /^0+$/.test(directives.get('max-age') ?? '')
  if (directives.has('no-cache') || isAlwaysStale) return 'validate'
  // Only for those that know no Cache-Control.
  const pragma = directives.size === 0 ? headers.get('pragma') : null
  return parseCacheControl(pragma).has('no-cache') ? 'validate' : 'default'
}
