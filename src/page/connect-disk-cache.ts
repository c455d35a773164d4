import type { DiskCache } from '../protocol/api.ts'
import { connectWith } from './connect-with.ts'
import type { ConnectOptions } from './connect-with.ts'

/**
 * Connects this page with the cache in its service worker, waiting until the worker is active and its
 * requests go through it.
 *
 * @example
 * ```ts
 * import { connectDiskCache } from 'sectorcache'
 *
 * const cache = await connectDiskCache()
 * await cache.disk('/disks/linux.img').prefetch()
 * ```
 *
 * @throws {DiskCacheError} `unsupported` where there are no service workers; `not-registered` when there is
 * none for this page, or it has no sectorcache in it; `invalid-option` when its options are unusable;
 * `option-conflict` never: a conflict is an event, and the first page's options stand;
 * `protocol-mismatch` when it is too old or too new for this script.
 */
export function connectDiskCache(options: ConnectOptions = {}): Promise<DiskCache> {
  return connectWith(options, {
    device: () => import('../device/index.ts'),
    upkeep: () => import('../upkeep/index.ts'),
    offline: () => import('../offline/index.ts'),
  })
}
