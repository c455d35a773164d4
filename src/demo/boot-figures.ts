import type { DiskCacheErrorCode } from '../core/errors.ts'
import type { DiskCacheEvent } from '../protocol/events.ts'

/** What one boot read, and where from. */
export interface BootFigures {
  readonly reads: number
  /** Reads that were answered wholly from the cache. */
  readonly hits: number
  /** Reads that failed. */
  readonly errors: number
  /** Why the last of them did. */
  readonly errorCode?: DiskCacheErrorCode
  readonly cacheBytes: number
  /** Bytes that the guest waited for the network for. */
  readonly networkBytes: number
  /** Whether some reads were not counted, because the worker was restarted. */
  readonly incomplete: boolean
}

/** Figures before the first read. */
export const noBootFigures: BootFigures = {
  reads: 0,
  hits: 0,
  errors: 0,
  cacheBytes: 0,
  networkBytes: 0,
  incomplete: false,
}

/**
 * The figures after more events.
 *
 * @param diskUrl - the guest's disk: reads of others do not count.
 */
export function addBootEvents(
  figures: BootFigures,
  events: readonly DiskCacheEvent[],
  diskUrl: string,
): BootFigures {
  let { reads, hits, errors, errorCode, cacheBytes, networkBytes, incomplete } = figures
  for (const event of events) {
    if (event.type === 'gap') incomplete = true
    if (event.type !== 'read' || event.url !== diskUrl) continue
    reads++
    if (event.outcome === 'hit') hits++
    if (event.outcome === 'error') errors++
    errorCode = event.code ?? errorCode
    cacheBytes += event.cacheBytes
    networkBytes += event.originBytes
  }
  return {
    reads,
    hits,
    errors,
    ...(errorCode === undefined ? {} : { errorCode }),
    cacheBytes,
    networkBytes,
    incomplete,
  }
}
