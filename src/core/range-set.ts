import type { ByteRange } from './byte-range.ts'

/** Bytes that were seen to, as a set of ranges. Cheap while they are few, as the parts of a download are. */
export interface RangeSet {
  /** How many bytes are in it. */
  readonly byteLength: number
  /** What is in it: ascending, not touching, none empty. */
  readonly ranges: readonly ByteRange[]
  /** Puts all bytes of `range` in. */
  add(range: ByteRange): void
  /** Takes all bytes of `range` out, whether they are in it or not. */
  remove(range: ByteRange): void
  /** Whether every byte of `range` is in it; true for an empty range. */
  has(range: ByteRange): boolean
  /** What of `within` is not in it: ascending, not touching, none empty. */
  gaps(within: ByteRange): ByteRange[]
}

/** Makes an empty set. */
export function createRangeSet(): RangeSet {
  /** Ascending, with at least a byte between any two. */
  let ranges: ByteRange[] = []

  function gaps({ start, end }: ByteRange): ByteRange[] {
    const found: ByteRange[] = []
    let at = start
    for (const range of ranges) {
      if (range.end <= at) continue
      if (range.start >= end) break
      if (range.start > at) found.push({ start: at, end: range.start })
      at = range.end
    }
    if (at < end) found.push({ start: at, end })
    return found
  }

  return {
    get ranges() {
      return ranges
    },
    get byteLength() {
      return ranges.reduce((sum, { start, end }) => sum + end - start, 0)
    },
    add({ start, end }) {
      if (start >= end) return
      const near = (range: ByteRange): boolean => range.start <= end && start <= range.end
      const joined = ranges.filter(near)
      ranges = [
        ...ranges.filter((range) => range.end < start),
        {
          start: Math.min(start, ...joined.map((range) => range.start)),
          end: Math.max(end, ...joined.map((range) => range.end)),
        },
        ...ranges.filter((range) => range.start > end),
      ]
    },
    remove({ start, end }) {
      if (start >= end) return
      ranges = ranges
        .flatMap((range) => [
          { start: range.start, end: Math.min(range.end, start) },
          { start: Math.max(range.start, end), end: range.end },
        ])
        .filter((range) => range.start < range.end)
    },
    has: (range) => gaps(range).length === 0,
    gaps,
  }
}
