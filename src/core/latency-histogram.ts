/**
 * Counts durations in buckets that grow by a fourth root of two (19 %), from 0.1 ms to about 30 min:
 * a fixed, small, mergeable record from which percentiles are read.
 */
export type LatencyHistogram = number[]

const smallestMs = 0.1
const bucketsPerDoubling = 4
const bucketCount = 96

/** Adds one duration, in place. */
export function recordLatency(histogram: LatencyHistogram, durationMs: number): void {
  const bucket = Math.ceil(Math.log2(durationMs / smallestMs) * bucketsPerDoubling)
  const index = Math.min(Math.max(bucket, 0), bucketCount - 1)
  while (histogram.length <= index) histogram.push(0)
  histogram[index] = (histogram[index] ?? 0) + 1
}

/** Adds all of `other` to `histogram`, in place. */
export function mergeLatencies(histogram: LatencyHistogram, other: LatencyHistogram): void {
  other.forEach((count, index) => {
    while (histogram.length <= index) histogram.push(0)
    histogram[index] = (histogram[index] ?? 0) + count
  })
}

/**
 * The duration in milliseconds that a `fraction` of all recorded ones did not exceed, to the
 * precision of a bucket; `undefined` when nothing was recorded.
 */
export function latencyPercentile(
  histogram: LatencyHistogram,
  fraction: number,
): number | undefined {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let seen = 0
  const index = histogram.findIndex((count) => (seen += count) >= fraction * total)
  return smallestMs * 2 ** (index / bucketsPerDoubling)
}
