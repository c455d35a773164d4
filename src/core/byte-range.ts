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

/** `range`, `byBytes` further on. */
export function shiftRange({ start, end }: ByteRange, byBytes: number): ByteRange {
  return { start: start + byBytes, end: end + byBytes }
}

/** Joins neighbours among ascending ranges that do not overlap. */
export function joinAscending(ranges: Iterable<ByteRange>): ByteRange[] {
  const joined: { start: number; end: number }[] = []
  for (const { start, end } of ranges) {
    const last = joined.at(-1)
    if (last?.end === start) last.end = end
    else joined.push({ start, end })
  }
  return joined
}

/**
 * Joins ranges that overlap or touch. Their order is kept; a joined one stands where the first of its parts stood.
 */
export function coalesceRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const coalesced: ByteRange[] = []
  for (const range of ranges) {
    let joined = range
    let place = coalesced.length
    const findNear = (): number => coalesced.findIndex((other) => areJoined(other, joined))
    // Joining makes it longer, so that it may reach one that was passed by before.
    for (let at = findNear(); at !== -1; at = findNear()) {
      const [near = joined] = coalesced.splice(at, 1)
      joined = { start: Math.min(near.start, joined.start), end: Math.max(near.end, joined.end) }
      place = Math.min(place, at)
    }
    coalesced.splice(place, 0, joined)
  }
  return coalesced
}

function areJoined(a: ByteRange, b: ByteRange): boolean {
  return a.start <= b.end && b.start <= a.end
}

/** `range` as people read it: `bytes 0-511` (inclusive, as in HTTP). */
export function describeRange(range: ByteRange): string {
  return `bytes ${range.start}-${range.end - 1}`
}
