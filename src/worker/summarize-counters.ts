import { latencyPercentile } from '../core/latency-histogram.ts'
import type { ReadCounters } from '../core/read-counters.ts'
import type { CacheStats } from '../protocol/reports.ts'

/** Turns counters into figures for people. Reads that were let through or failed are no hits. */
export function summarizeCounters(counters: ReadCounters): CacheStats {
  const { requests, cacheBytes, originBytes } = counters
  const total = Object.values(requests).reduce((sum, count) => sum + count, 0)
  const p50Ms = latencyPercentile(counters.latency, 0.5)
  const p95Ms = latencyPercentile(counters.latency, 0.95)
  return {
    requests,
    bytes: { fromCache: cacheBytes, fromOrigin: originBytes, fetched: counters.fetchedBytes },
    originRequests: counters.originRequests,
    readahead: {
      fetched: counters.aheadBytes,
      unused: counters.aheadBytes - counters.usedAheadBytes,
    },
    hitRate: {
      requests: total === 0 ? 0 : requests.hit / total,
      bytes: cacheBytes + originBytes === 0 ? 0 : cacheBytes / (cacheBytes + originBytes),
    },
    latency: { ...(p50Ms !== undefined && { p50Ms }), ...(p95Ms !== undefined && { p95Ms }) },
  }
}
