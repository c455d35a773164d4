import { mergeLatencies, recordLatency } from './latency-histogram.ts'
import type { LatencyHistogram } from './latency-histogram.ts'

/**
 * How a read ended: `hit` wholly from the store; `partial` some from the origin; `miss` all from the
 * origin; `bypass` passed through; `error` answered with a 5xx.
 */
export type ReadOutcome = 'hit' | 'partial' | 'miss' | 'bypass' | 'error'

/** Everything that is counted. Structured-cloneable, and additive: see {@link mergeCounters}. */
export interface ReadCounters {
  readonly requests: Record<ReadOutcome, number>
  /** Body bytes that came out of the store. */
  cacheBytes: number
  /** Body bytes that readers waited for the origin for. */
  originBytes: number
  /** Requests that were sent to origins. */
  originRequests: number
  /** Bytes that origins sent, whether anybody waited for them or not. */
  fetchedBytes: number
  /** Bytes of these that were fetched ahead of readers, and those of them that lie in chunks somebody read afterwards. */
  aheadBytes: number
  usedAheadBytes: number
  /** Time until the answer's headers were handed out. */
  readonly latency: LatencyHistogram
}

/** One read that has been answered. */
export interface CountedRead {
  readonly outcome: ReadOutcome
  readonly cacheBytes: number
  readonly originBytes: number
  readonly durationMs: number
}

/** Counters at zero. */
export function createCounters(): ReadCounters {
  return {
    requests: { hit: 0, partial: 0, miss: 0, bypass: 0, error: 0 },
    cacheBytes: 0,
    originBytes: 0,
    originRequests: 0,
    fetchedBytes: 0,
    aheadBytes: 0,
    usedAheadBytes: 0,
    latency: [],
  }
}

/** Counts one read, in place. */
export function countRead(counters: ReadCounters, read: CountedRead): void {
  counters.requests[read.outcome]++
  counters.cacheBytes += read.cacheBytes
  counters.originBytes += read.originBytes
  recordLatency(counters.latency, read.durationMs)
}

/** Adds all of `other` to `counters`, in place. */
export function mergeCounters(counters: ReadCounters, other: ReadCounters): void {
  for (const outcome of Object.keys(counters.requests) as ReadOutcome[]) {
    counters.requests[outcome] += other.requests[outcome]
  }
  counters.cacheBytes += other.cacheBytes
  counters.originBytes += other.originBytes
  counters.originRequests += other.originRequests
  counters.fetchedBytes += other.fetchedBytes
  counters.aheadBytes += other.aheadBytes
  counters.usedAheadBytes += other.usedAheadBytes
  mergeLatencies(counters.latency, other.latency)
}
