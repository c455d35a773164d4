/** A run of bytes, half-open: `start` is in it, `end` is not. Both are non-negative safe integers. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** The number of bytes in `range`. */
export function byteLengthOf(range: ByteRange): number {
  return range.end - range.start
}

/** The number of bytes in all of `ranges`, which must not overlap. */
export function totalBytesOf(ranges: Iterable<ByteRange>): number {
  let total = 0
  for (const range of ranges) total += byteLengthOf(range)
  return total
}

/** The bytes that lie in both `a` and `b`, or `undefined` if there are none. */
export function intersectRanges(a: ByteRange, b: ByteRange): ByteRange | undefined {
  const start = Math.max(a.start, b.start)
  const end = Math.min(a.end, b.end)
  return start < end ? { start, end } : undefined
}

/**
 * Sorts `ranges` and joins those that overlap or lie at most `maxGapBytes` apart.
 *
 * @param maxGapBytes - 0 joins only what touches.
 */
export function mergeRanges(ranges: readonly ByteRange[], maxGapBytes = 0): ByteRange[] {
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && start - last.end <= maxGapBytes) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

/** `range` as people read it: `bytes 0-511` (inclusive, as in HTTP). */
export function describeRange(range: ByteRange): string {
  return `bytes ${range.start}-${range.end - 1}`
}
