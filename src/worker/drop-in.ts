import { parseOptionAttributes, resolveOptions } from '../core/parse-options.ts'
import { toDiskCacheError } from '../core/errors.ts'
import { addDiskRoutes } from './add-disk-routes.ts'
import { addStaticRoutes } from './add-static-routes.ts'
import { createWorker } from './create-worker.ts'
import type { WorkerOptions } from './create-worker.ts'
import { ownScriptUrl } from './own-script-url.ts'
import { addPageRoutes } from './shell/add-page-routes.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * The drop-in worker: takes its options from its query (that of `importScripts()`, if it was
 * loaded so), and takes over at once, so that an emulator's first
 * reads go through it and a changed option works after a reload. That loses no read in flight (DESIGN 6.4).
 */
function start(): void {
  const options = readOptions()
  // In another's worker, pages are not ours, nor is any other request that is not for a disk.
  const isAlone = ownScriptUrl() === location.href
  const worker = createWorker(options, { isAlone })
  const { matcher, shell } = worker
  addDiskRoutes(worker)
  const { coi } = resolveOptions(options instanceof Error ? {} : options)
  if (matcher !== undefined) addPageRoutes(shell, { coi })
  self.addEventListener('install', (event) => {
    event.waitUntil(self.skipWaiting())
    if (isAlone && matcher !== undefined && shell === undefined && coi === 'off') {
      addStaticRoutes(event, matcher.patterns)
    }
  })
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
}

function readOptions(): WorkerOptions {
  try {
    return parseOptionAttributes(new URL(ownScriptUrl()).searchParams)
  } catch (error) {
    return toDiskCacheError(error, 'invalid-option', 'The options in the query are unusable')
  }
}

start()
