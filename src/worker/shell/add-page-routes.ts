import { registerRoute } from 'workbox-routing'
import type { RoutingOptions } from '../../core/options.ts'
import { isShellRequest } from '../../core/shell-rules.ts'
import { isIsolatable, isolate } from './isolate.ts'
import type { Shell } from './shell.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * Registers the routes of pages themselves, after those of the disks. Whatever neither the shell nor isolation is for
 * stays untouched.
 *
 * @param shell - `undefined` where pages are not kept.
 */
export function addPageRoutes(
  shell: Shell | undefined,
  { coi }: Pick<RoutingOptions, 'coi'>,
): void {
  const isIsolated = (request: Request): boolean => coi === 'on' && isIsolatable(request)
  const isKept = (request: Request): boolean =>
    shell !== undefined && isShellRequest(request, self.origin)

  async function answer(event: FetchEvent): Promise<Response> {
    const { request } = event
    const response = isKept(request) ? await shell?.answer(event) : undefined
    const answered = response ?? (await fetch(request))
    return isIsolated(request) ? isolate(answered, navigator.userAgent) : answered
  }

  self.addEventListener('fetch', (event) => {
    const { method, url } = event.request
    // It goes to the network untouched.
    if (shell !== undefined && method !== 'GET' && method !== 'HEAD') {
      event.waitUntil(shell.forget(url).catch(() => undefined))
    }
  })
  registerRoute(
    ({ request }) => isKept(request) || isIsolated(request),
    ({ event }) => answer(event as FetchEvent),
  )
}
