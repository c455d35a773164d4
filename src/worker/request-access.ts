import { cacheUseOf } from '../core/cache-use.ts'
import { forwardedFields } from '../core/forwarded-fields.ts'
import type { RequestFields } from '../core/forwarded-fields.ts'
import type { Lifetime } from './lifetime.ts'
import type { OriginAccess } from './origin-access.ts'

/** On whose behalf the origin is asked, from a reader's request. */
export function accessOf(request: Request, lifetime: Lifetime): OriginAccess {
  const { url, credentials, headers, mode, redirect, cache } = request
  // A navigation follows redirects too, step by step; its `Accept` asks for a page.
  const isNavigation = mode === 'navigate'
  // Whoever wants to see a redirect has to be shown the origin's own answer.
  const wantsRedirect = redirect === 'manual' && !isNavigation
  let fields: RequestFields | undefined
  return {
    url,
    credentials,
    // Stored reads do without.
    get fields() {
      return (fields ??= isNavigation ? {} : forwardedFields(headers, navigator.language))
    },
    redirect: redirect === 'error' ? 'error' : 'follow',
    use: wantsRedirect ? 'bypass' : cacheUseOf({ cacheMode: cache, headers }),
    urgency: 'demand',
    lifetime,
  }
}
