import { registerRoute, Route } from 'workbox-routing'
import type { DiskCacheWorker } from './create-worker.ts'
import { unsafeMethods } from './handle-write.ts'

/**
 * Registers the routes of the disks with workbox-routing: GET and HEAD are answered, requests that may change a disk
 * are let through and noted. Everything that the patterns do not match stays untouched.
 */
export function addDiskRoutes(worker: DiskCacheWorker): void {
  const { matcher } = worker
  if (matcher === undefined) return
  for (const method of ['GET', 'HEAD', ...unsafeMethods] as const) {
    registerRoute(
      new Route(
        ({ url }) => matcher.matches(url),
        { handle: ({ event }) => worker.handle(event as FetchEvent) },
        method,
      ),
    )
  }
}
