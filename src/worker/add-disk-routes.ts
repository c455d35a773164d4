import { registerRoute, Route } from 'workbox-routing'
import type { DiskCacheWorker } from './create-worker.ts'

/**
 * Registers the routes of the disks with workbox-routing, for GET and HEAD. Everything that they do not match
 * stays untouched.
 */
export function addDiskRoutes(worker: DiskCacheWorker): void {
  const { matcher } = worker
  if (matcher === undefined) return
  for (const method of ['GET', 'HEAD'] as const) {
    registerRoute(
      new Route(
        ({ url }) => matcher.matches(url),
        { handle: ({ event }) => worker.handle(event as FetchEvent) },
        method,
      ),
    )
  }
}
