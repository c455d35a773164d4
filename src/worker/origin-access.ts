import type { CacheUse } from '../core/cache-use.ts'
import type { RequestFields } from '../core/forwarded-fields.ts'
import { defaultRetryPolicy } from '../core/retry-policy.ts'
import type { Download } from '../origin/download-range.ts'
import { isOffline } from '../origin/fetch-from-origin.ts'
import type { Urgency } from '../origin/origin-gate.ts'
import type { Lifetime } from './lifetime.ts'
import type { WorkerContext } from './worker-context.ts'

/** On whose behalf the origin is asked. */
export interface OriginAccess {
  /** The URL as the reader wrote it, signature and all. */
  readonly url: string
  readonly credentials: RequestCredentials
  /** What the reader's request says to the origin besides. */
  readonly fields: RequestFields
  readonly redirect: 'follow' | 'error'
  /** How the store may be used. */
  readonly use: CacheUse
  /** May rise while the request waits for its turn. */
  readonly urgency: Urgency
  /** Whether it is worth to try again, and to wait long. @default true */
  readonly isPatient?: boolean
  readonly lifetime: Lifetime
}

/** Who has the store to fall back on waits no longer for the origin. */
const impatientTimeoutMs = 5_000

/** A started chunk is finished and kept, even if its reader goes away. */
const neverAborted = new AbortController().signal

/** What `downloadRange` needs to know, from what the worker knows. */
export function toDownload(
  context: WorkerContext,
  access: OriginAccess,
  wanted: Pick<Download, 'range' | 'expected'>,
): Download {
  const { isPatient = true } = access
  const { timeout } = context.options
  return {
    ...wanted,
    source: context.source,
    url: access.url,
    credentials: access.credentials,
    fields: access.fields,
    redirect: access.redirect,
    signal: neverAborted,
    timeoutMs: isPatient ? timeout : Math.min(timeout, impatientTimeoutMs),
    retry: isPatient ? defaultRetryPolicy : { ...defaultRetryPolicy, attempts: 1 },
    isOffline,
    async enter() {
      const leave = await context.gate.enter(() => access.urgency)
      context.log.countFetch({ requests: 1, bytes: 0 })
      return leave
    },
  }
}

/**
 * The same, but as urgent as it is now: demanded until the bytes that were needed are here, and urgent while a reader waits
 * for any of `flights`, also for what was begun as a prefetch.
 */
export function urgentAsAwaited(
  access: OriginAccess,
  flights: readonly { readonly isAwaited: boolean }[],
  isNeeded: () => boolean,
): OriginAccess {
  return {
    ...access,
    get urgency() {
      if (access.urgency === 'demand' && isNeeded()) return 'demand'
      return flights.some(({ isAwaited }) => isAwaited) ? 'awaited' : 'prefetch'
    },
  }
}
