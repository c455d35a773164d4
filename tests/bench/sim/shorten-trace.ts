import type { Trace, TraceRead } from './trace.ts'

/** How much of a trace is kept. */
export interface Shortened {
  /** Bytes of each sequential stretch: its first ones. */
  readonly stretchBytes: number
  /** Longer pauses are cut, in milliseconds. */
  readonly maxThinkMs: number
  readonly maxReads: number
}

/** Bytes by which reads of a stretch may lie apart. */
const gapBytes = 64 * 1024

/** A trace that takes less time, with the same jumps. What a stretch loses makes it harder for a readahead. */
export function shortenTrace(
  { sizeBytes, reads, restMs }: Trace,
  { stretchBytes, maxThinkMs, maxReads }: Shortened,
): Trace {
  let last: TraceRead | undefined
  let bytes = 0
  const kept = reads.filter((read) => {
    bytes = isNear(read, last) ? bytes + read.length : read.length
    last = read
    return bytes <= stretchBytes
  })
  return {
    sizeBytes,
    reads: kept
      .slice(0, maxReads)
      .map((read) => ({ ...read, thinkMs: Math.min(maxThinkMs, read.thinkMs) })),
    restMs: Math.min(maxThinkMs, restMs),
  }
}

function isNear({ offset, length }: TraceRead, last: TraceRead | undefined): boolean {
  if (last === undefined) return false
  const [end, lastEnd] = [offset + length, last.offset + last.length]
  return offset <= lastEnd + gapBytes && end >= last.offset - gapBytes
}
