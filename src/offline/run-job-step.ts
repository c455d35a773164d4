import type { ByteRange } from '../core/byte-range.ts'
import { toDiskCacheError } from '../core/errors.ts'
import type { DiskCacheError } from '../core/errors.ts'
import type { PrefetchStep, PrefetchStepReport } from '../protocol/worker-api.ts'
import type { JobRecord } from '../storage/job-record.ts'

/** The call of the worker that fetches. */
export interface StepApi {
  prefetchStep(url: string, step: PrefetchStep): Promise<PrefetchStepReport>
}

/** Enough to fill a link, and little enough that the reads of the guest have room. */
const usualConcurrency = 2

/** What one step of a job came to. */
export type JobStep =
  | { readonly kind: 'running'; readonly report: PrefetchStepReport }
  /** It is worth another try, when there is a network again. */
  | { readonly kind: 'waiting'; readonly waitingFor: 'network' | 'data-saver' }
  /** The disk is another one now: the next step begins with that. */
  | { readonly kind: 'changed'; readonly error: DiskCacheError }
  | { readonly kind: 'failed'; readonly error: DiskCacheError }

/** What tells of the network; TypeScript does not know all of it. */
export interface NetworkFacts {
  readonly onLine: boolean
  readonly connection?: { readonly saveData?: boolean } & EventTarget
}

/** Lets the worker fetch for half a second. Never rejects. */
export async function runJobStep(
  api: StepApi,
  { url, ranges, concurrency = usualConcurrency, force }: JobRecord,
  { onLine, connection }: NetworkFacts,
): Promise<JobStep> {
  if (connection?.saveData === true && force !== true) {
    return { kind: 'waiting', waitingFor: 'data-saver' }
  }
  if (!onLine) return { kind: 'waiting', waitingFor: 'network' }
  try {
    const step = { concurrency, ...(ranges && { ranges: ranges as readonly ByteRange[] }) }
    return { kind: 'running', report: await api.prefetchStep(url, step) }
  } catch (cause) {
    const error = toDiskCacheError(cause, 'origin-unreachable', `The prefetch of ${url} failed`)
    if (isPassing(error)) return { kind: 'waiting', waitingFor: 'network' }
    return { kind: error.code === 'disk-changed' ? 'changed' : 'failed', error }
  }
}

/** Whether time alone may mend it. */
function isPassing({ code, details }: DiskCacheError): boolean {
  if (code === 'origin-unreachable' || code === 'worker-timeout') return true
  const status = Number(details['status'] ?? 0)
  return code === 'origin-status' && (status >= 500 || status === 429 || status === 408)
}
