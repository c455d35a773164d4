import { DiskCacheError } from '../core/errors.ts'

/**
 * @throws {DiskCacheError} `unsupported`, with the reason, where there are no service workers.
 */
export function assertServiceWorkers(): void {
  if ('serviceWorker' in navigator) return
  throw new DiskCacheError(
    'unsupported',
    isSecureContext
      ? 'This browser has no service workers here. In a private window of Firefox, or with cookies blocked, ' +
          'open the page in an ordinary window.'
      : `${location.origin} is not a secure context, so it has no service workers. Serve it over https, ` +
          'or from http://localhost.',
  )
}

/** Why a registration failed, as far as the browser tells. */
type Reason = 'csp' | 'trusted-types' | 'scope' | 'not-found' | 'not-a-script' | 'unknown'

const advice: Record<Reason, string> = {
  csp: "The page's Content-Security-Policy forbids it. Allow it, for example with \"worker-src 'self'\".",
  'trusted-types':
    'The page\'s Content-Security-Policy forbids the Trusted Types policy "sectorcache". Add it to ' +
    '"trusted-types".',
  scope:
    'This page is not below the folder of the worker script. Put it into a folder above the page, or ' +
    'send it with the header "Service-Worker-Allowed: /".',
  'not-found':
    'There is no such file. Copy sectorcache-sw.js there, or say where it is with data-sw.',
  'not-a-script': 'The server sends it with a Content-Type that is not JavaScript.',
  unknown: 'The console tells more.',
}

/**
 * Registers a worker that has the cache in it.
 *
 * @param url - the script; of the drop-in, with its options in the query.
 * @throws {DiskCacheError} `unsupported` or `not-registered`; `details.reason` tells policy, scope and a
 * missing file apart.
 */
export async function registerWorker(
  url: URL,
  options?: RegistrationOptions,
): Promise<ServiceWorkerRegistration> {
  assertServiceWorkers()
  const violations: string[] = []
  const note = ({ effectiveDirective }: SecurityPolicyViolationEvent): void => {
    violations.push(effectiveDirective)
  }
  document.addEventListener('securitypolicyviolation', note)
  try {
    const registration = await navigator.serviceWorker.register(trusted(url.href), options)
    if (!location.href.startsWith(registration.scope)) throw new NotInScope()
    return registration
  } catch (cause) {
    const reason = await findReason(url, cause, violations)
    throw new DiskCacheError(
      'not-registered',
      `The service worker ${url.href} could not be registered. ${advice[reason]}`,
      { details: { url: url.href, reason }, cause },
    )
  } finally {
    document.removeEventListener('securitypolicyviolation', note)
  }
}

class NotInScope extends Error {
  override readonly name: string = 'NotInScope'
}

async function findReason(
  url: URL,
  cause: unknown,
  violations: readonly string[],
): Promise<Reason> {
  // The event is dispatched in a task of its own, after the promise.
  await new Promise((resolve) => setTimeout(resolve))
  if (violations.some((directive) => directive.includes('trusted-types'))) return 'trusted-types'
  if (violations.length > 0) return 'csp'
  if (cause instanceof NotInScope) return 'scope'
  const response = await fetch(url, { method: 'GET', cache: 'no-store' }).catch(() => undefined)
  await response?.body?.cancel()
  if (response?.ok === false) return 'not-found'
  if (response !== undefined && !/javascript/i.test(response.headers.get('content-type') ?? '')) {
    return 'not-a-script'
  }
  return cause instanceof DOMException && cause.name === 'SecurityError' ? 'scope' : 'unknown'
}

/** The part of Trusted Types that is used here; TypeScript does not know it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined

/** The URL as a page under `require-trusted-types-for 'script'` must pass it. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy('sectorcache', { createScriptURL: (text) => text })
  return policy?.createScriptURL(url) ?? url
}
