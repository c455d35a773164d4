import { DiskCacheError } from '../core/errors.ts'

/** A page that was reloaded with the shift key is never controlled: waiting for ever would not help. */
const controlMs = 3_000

/**
 * Waits until a worker of `registration` is active.
 *
 * @throws {DiskCacheError} `not-registered` when its installation fails.
 */
export async function waitUntilActive(registration: ServiceWorkerRegistration): Promise<void> {
  if (registration.active !== null) return
  const worker = registration.installing ?? registration.waiting
  if (worker === null) throw failed(registration)
  await new Promise<void>((resolve, reject) => {
    const check = (): void => {
      if (worker.state === 'activated') resolve()
      if (worker.state === 'redundant') reject(failed(registration))
    }
    worker.addEventListener('statechange', check)
    check()
  })
}

/**
 * Waits until this page's requests go through a worker, or it is clear that they will not.
 *
 * @returns whether they do.
 */
export async function waitUntilControlled(): Promise<boolean> {
  const { serviceWorker } = navigator
  if (serviceWorker.controller === null) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, controlMs)
      serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true })
    })
  }
  return serviceWorker.controller !== null
}

function failed({ scope }: ServiceWorkerRegistration): DiskCacheError {
  return new DiskCacheError(
    'not-registered',
    `The service worker of ${scope} could not be installed: its script throws, or a file it imports is ` +
      'missing. The console tells more.',
    { details: { scope } },
  )
}
