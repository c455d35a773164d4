import { DiskCacheError } from '../core/errors.ts'
import type { RawTuningOptions } from '../core/parse-options.ts'
import type { DiskCache } from '../protocol/api.ts'
import { protocolVersion } from '../protocol/messages.ts'
import type { WorkerHello } from '../protocol/worker-api.ts'
import { createDiskCache } from './create-disk-cache.ts'
import { createEventFeed } from './event-feed.ts'
import { keepStreamsAlive } from './keep-streams-alive.ts'
import { keepPage } from './keep-page.ts'
import { createLazyJobs } from './lazy-jobs.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import { assertServiceWorkers } from './register-worker.ts'
import { waitUntilActive, waitUntilControlled } from './wait-for-worker.ts'
import { linkWorker } from './worker-link.ts'
import type { WorkerLink } from './worker-link.ts'

/** What `connectDiskCache()` takes. */
export interface ConnectOptions {
  /** The registration of the worker. @default the one whose scope this page is in */
  readonly registration?: ServiceWorkerRegistration
  /**
   * Options to ask the worker for, but not those that decide which requests it takes (`disks`, `shell`, `coi`,
   * `keyParams`). What the worker itself was given stands above them. With `{}` this page asks for the defaults;
   * without it, it has no say.
   */
  readonly options?: RawTuningOptions
}

/**
 * Connects this page with the cache in its service worker.
 *
 * @param load - how this page gets what it needs rarely.
 * @throws {DiskCacheError} see `connectDiskCache`.
 */
export async function connectWith(options: ConnectOptions, load: LazyScripts): Promise<DiskCache> {
  assertServiceWorkers()
  const { options: asked } = options
  const registration = options.registration ?? (await findRegistration())
  const link = linkWorker(registration)
  let hasJobs = false
  try {
    const hello = await greet(link, registration)
    checkHello(hello)
    hasJobs = hello.jobs !== undefined && hello.jobs > 0
    // Not only when it is active: the first read of a new worker must find its options there.
    if (asked !== undefined) await link.configure(asked)
    await waitUntilActive(registration)
    await waitUntilControlled()
  } catch (error) {
    link.close()
    throw error
  }
  const endings = [keepStreamsAlive(link), keepPage(link.api)]
  const onClose = (): void => endings.forEach((end) => end())
  const { scope } = registration
  const feed = createEventFeed(scope)
  const jobs = createLazyJobs(link.api, { scope, load, hasJobs })
  return createDiskCache({ link, feed, load, jobs, onClose })
}

async function findRegistration(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.getRegistration()
  if (registration !== undefined) return registration
  throw new DiskCacheError(
    'not-registered',
    `No service worker is registered for ${location.href}. Register the one that calls installDiskCache(), ` +
      'or add the drop-in script.',
    { details: { url: location.href } },
  )
}

async function greet(
  { api }: WorkerLink,
  { active, waiting, installing }: ServiceWorkerRegistration,
): Promise<WorkerHello> {
  const scriptURL = (active ?? waiting ?? installing)?.scriptURL ?? ''
  try {
    return await api.hello()
  } catch (cause) {
    throw new DiskCacheError(
      'not-registered',
      `The service worker ${scriptURL} does not answer: is installDiskCache() called in it?`,
      { cause },
    )
  }
}

function checkHello({ protocol, optionError }: WorkerHello): void {
  if (Math.abs(protocol - protocolVersion) > 1) {
    throw new DiskCacheError(
      'protocol-mismatch',
      `The service worker speaks version ${protocol} of the protocol, this script version ` +
        `${protocolVersion}. Deploy both from one release, and reload the page.`,
      { details: { worker: protocol, page: protocolVersion } },
    )
  }
  if (optionError !== undefined) {
    throw new DiskCacheError('invalid-option', optionError.message, {
      details: optionError.details,
    })
  }
}
