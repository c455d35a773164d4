import { isInStretch } from './trace.ts'
import type { Trace, TraceRead } from './trace.ts'

/** How much of a trace is kept. */
export interface Shortened {
  /** Bytes of each sequential stretch: its first ones. */
  readonly stretchBytes: number
  /** Longer pauses are cut, in milliseconds. */
  readonly maxThinkMs: number
  readonly maxReads: number
}

/** A trace that takes less time, with the same jumps. What a stretch loses makes it harder for a readahead. */
export function shortenTrace(
  { sizeBytes, reads, restMs }: Trace,
  { stretchBytes, maxThinkMs, maxReads }: Shortened,
): Trace {
  let last: TraceRead | undefined
  let bytes = 0
  const kept = reads.filter((read) => {
    bytes = isInStretch(read, last) ? bytes + read.length : read.length
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
