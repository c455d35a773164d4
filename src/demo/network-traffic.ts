import type { CacheStats } from '../protocol/reports.ts'

/** What origins were asked for and sent in a stretch of time. */
export interface NetworkTraffic {
  readonly requests: number
  readonly bytes: number
}

/** The traffic between two states of the figures; nothing when they were cleared in between. */
export function networkTraffic(before: CacheStats, after: CacheStats): NetworkTraffic {
  return {
    requests: Math.max(0, after.originRequests - before.originRequests),
    bytes: Math.max(0, after.bytes.fetched - before.bytes.fetched),
  }
}
