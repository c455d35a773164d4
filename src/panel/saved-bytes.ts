import type { CacheStats } from '../protocol/reports.ts'

/**
 * The bytes that would have crossed the network without the cache, less those that did.
 *
 * Honest about what prefetching, readahead and whole chunks cost: after one cold boot it may well be 0.
 */
export function savedBytes(stats: CacheStats): number {
  const { fromCache, fromOrigin, fetched } = stats.bytes
  return Math.max(0, fromCache + fromOrigin - fetched)
}
