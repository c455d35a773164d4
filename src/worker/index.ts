import { createDiskMatcher } from '../core/disk-patterns.ts'
import { parseOptions } from '../core/parse-options.ts'
import type { RawOptions } from '../core/parse-options.ts'
import { addDiskRoutes } from './add-disk-routes.ts'
import { createWorker } from './create-worker.ts'

export { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
export type { DiskCacheErrorCode, DiskCacheErrorDetails } from '../core/errors.ts'
export type { RawOption, RawOptions } from '../core/parse-options.ts'

/** Options of {@link installDiskCache}: `disks`, and whatever else is to differ from the defaults. */
export type DiskCacheWorkerOptions = RawOptions & { readonly disks: string | readonly string[] }

/**
 * Installs the cache in a service worker of your own. Call it while the worker's script runs, before the
 * first `fetch` event, and before other routes that would match the disks. It registers routes with
 * workbox-routing and leaves every other request to the rest of your worker; `skipWaiting` and
 * `clients.claim` are yours to call.
 *
 * @example
 * ```ts
 * import { installDiskCache } from 'sectorcache/worker'
 *
 * installDiskCache({ disks: ['/disks/*'] })
 * ```
 *
 * @param options - sizes and durations as text (`'1MiB'`, `'30s'`) or in bytes and milliseconds; patterns are
 * relative to the worker's script.
 * @throws {DiskCacheError} `invalid-option`, naming the option and what it must be; `unsupported` where the
 * browser has no URLPattern.
 */
export function installDiskCache(options: DiskCacheWorkerOptions): void {
  const parsed = parseOptions(options)
  // Fails here and now, where the author sees it; the drop-in tells the page instead.
  createDiskMatcher(parsed.disks ?? [], location.href)
  addDiskRoutes(createWorker(parsed, { isAlone: false }))
}
