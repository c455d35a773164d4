import { assertConcurrency } from '../core/assert-concurrency.ts'
import { DiskCacheError } from '../core/errors.ts'
import { createRateMeter } from '../core/rate-meter.ts'
import type { PrefetchOptions } from '../protocol/api.ts'
import type { PrefetchProgress, PrefetchReport } from '../protocol/reports.ts'
import type { PrefetchStepProgress, PrefetchStepReport } from '../protocol/worker-api.ts'
import { aborted, unlessAborted } from './aborted.ts'
import type { WorkerLink } from './worker-link.ts'

/** Enough to fill a link, and little enough that the reads of the guest have room. */
const defaultConcurrency = 2

/**
 * Drives a prefetch, step by step: no call lasts long, so the worker may die between any two.
 *
 * @param options - `generation` is the one to complete. @default the waiting one, or else the active one
 * @throws {DiskCacheError} see `Disk.prefetch`.
 */
export async function runPrefetch(
  api: WorkerLink['api'],
  url: string,
  options: PrefetchOptions & { readonly generation?: string },
): Promise<PrefetchReport> {
  const { ranges, generation, signal, onProgress, concurrency = defaultConcurrency } = options
  assertConcurrency(concurrency)
  const what = `The prefetch of ${url}`
  const meter = createRateMeter()
  let first: PrefetchStepProgress | undefined
  for (;;) {
    if (signal?.aborted === true) throw aborted(what, signal.reason)
    const call: Promise<PrefetchStepReport> = api.prefetchStep(url, {
      concurrency,
      ...(ranges && { ranges }),
      ...(generation !== undefined && { generation }),
    })
    const step = await unlessAborted(call, { signal, what })
    if (step.kind === 'waiting') continue
    first ??= step
    if (step.generation !== first.generation) throw changed(url)
    const fetchedBytes = Math.max(0, step.storedBytes - first.storedBefore)
    meter.record(fetchedBytes, performance.now())
    onProgress?.(describeProgress({ url, step, fetchedBytes, bytesPerSecond: meter.perSecond() }))
    if (step.done) {
      const { etag, totalBytes } = step
      return { url, totalBytes, fetchedBytes, ...(etag !== undefined && { etag }) }
    }
  }
}

function describeProgress({
  url,
  step: { totalBytes, storedBytes },
  fetchedBytes,
  bytesPerSecond,
}: {
  url: string
  step: PrefetchStepProgress
  fetchedBytes: number
  bytesPerSecond: number
}): PrefetchProgress {
  const secondsLeft = bytesPerSecond > 0 ? (totalBytes - storedBytes) / bytesPerSecond : undefined
  return {
    url,
    totalBytes,
    storedBytes,
    fetchedBytes,
    bytesPerSecond,
    ...(secondsLeft !== undefined && { secondsLeft }),
  }
}

function changed(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `${url} changed while it was being prefetched. Call prefetch() again for the new version.`,
    { details: { url } },
  )
}
