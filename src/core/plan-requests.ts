import { intersectRanges } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'

/** How far a request may go beyond what is needed. */
export interface RequestReach {
  /**
   * Bytes that the link carries during its delay. So many come along from the first needed byte on: more would hinder
   * the next read for longer than a request of its own would take.
   */
  readonly runBytes: number
  /** Whether the reader is in a sequential stream: then it wants next what follows, and all of that comes along. */
  readonly isForeseen: boolean
  /** The longest request; longer ones are cut at its multiples. */
  readonly maxBytes: number
}

/** Requests begin and end at multiples of this, or with what is free: origins and their disks read in pages. */
const pageBytes = 4096

/** A rest that is shorter, and shorter than a run, comes along rather than by a request of its own. */
const maxRestBytes = 16 * 1024

/**
 * The requests by which `needed` comes as soon as it can: each begins with needed bytes, not with those before them,
 * and goes on behind them as far as `reach` lets it.
 *
 * @param free - what may be asked for: ascending, neither here nor under way. What of `needed` is not in it, is one of these.
 * @returns ascending ranges that hold all of `needed` that is free.
 */
export function planRequests(
  needed: ByteRange,
  free: readonly ByteRange[],
  { runBytes, isForeseen, maxBytes }: RequestReach,
): ByteRange[] {
  const restBytes = Math.min(maxRestBytes, runBytes)
  const requests: ByteRange[] = []
  for (const gap of free) {
    const wanted = intersectRanges(gap, needed)
    if (wanted === undefined) continue
    const page = Math.floor(wanted.start / pageBytes) * pageBytes
    const start = page - gap.start <= restBytes ? gap.start : page
    // Of chunks longer than a request, the other requests would only stand in the way of this one.
    const reached = isForeseen
      ? Math.min(gap.end, (Math.floor((wanted.end - 1) / maxBytes) + 1) * maxBytes)
      : Math.max(wanted.end, start + runBytes)
    const lastPage = Math.ceil(reached / pageBytes) * pageBytes
    const end = gap.end - lastPage <= restBytes ? gap.end : lastPage
    requests.push(...cutRange({ start, end }, maxBytes))
  }
  return requests
}

/** Cuts a range at the multiples of `length`. */
export function cutRange({ start, end }: ByteRange, length: number): ByteRange[] {
  const parts: ByteRange[] = []
  for (let at = start; at < end;) {
    const next = Math.min((Math.floor(at / length) + 1) * length, end)
    parts.push({ start: at, end: next })
    at = next
  }
  return parts
}
