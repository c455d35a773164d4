import { intersectRanges } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'

/** How far a request may go beyond what is needed, in bytes. */
export interface RequestReach {
  /** From the first needed byte: what follows comes along, as far as this. */
  readonly extentBytes: number
  /** The longest request; longer ones are cut at its multiples. */
  readonly maxBytes: number
}

/** Requests begin at multiples of this: origins and their disks read in pages. */
const pageBytes = 4096

/** A rest that is shorter comes along: on a slow link it takes milliseconds, a request of its own a round trip. */
const restBytes = 16 * 1024

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
  { extentBytes, maxBytes }: RequestReach,
): ByteRange[] {
  const requests: ByteRange[] = []
  for (const gap of free) {
    const wanted = intersectRanges(gap, needed)
    if (wanted === undefined) continue
    const page = Math.floor(wanted.start / pageBytes) * pageBytes
    const start = page - gap.start <= restBytes ? gap.start : page
    const reached = Math.max(wanted.end, start + extentBytes)
    const end = gap.end - reached <= restBytes ? gap.end : reached
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
