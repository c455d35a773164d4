import type { Trace } from './trace.ts'

const KiB = 1024
const MiB = 1024 * KiB

/** 24 MiB in reads of 64 KiB, one after the other: the row `absent-sequential`. */
export function sequentialTrace(): Trace {
  const length = 64 * KiB
  const reads = Array.from({ length: 384 }, (_, at) => ({
    offset: at * length,
    length,
    thinkMs: 0,
  }))
  return { sizeBytes: 24 * MiB, reads, restMs: 0 }
}

/** 400 reads of 4 KiB all over 1 GiB. @param thinkMs - before each of them */
export function randomTrace(thinkMs: number): Trace {
  const length = 4 * KiB
  let state = 1
  const next = (): number => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const reads = Array.from({ length: 400 }, () => ({
    offset: Math.floor((next() * 1024 * MiB) / length) * length,
    length,
    thinkMs,
  }))
  return { sizeBytes: 1024 * MiB, reads, restMs: 0 }
}
