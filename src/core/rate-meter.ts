/** Estimates a rate from a growing count. */
export interface RateMeter {
  /** The count stands at `count` now. */
  record(count: number, nowMs: number): void
  /** Per second, over the last few seconds; 0 until there are two measurements. */
  perSecond(): number
}

/** Makes a {@link RateMeter} that looks back `windowMs`. */
export function createRateMeter(windowMs: number = 5_000): RateMeter {
  let samples: { count: number; atMs: number }[] = []
  return {
    record(count, nowMs) {
      samples.push({ count, atMs: nowMs })
      const recent = samples.findIndex((sample) => sample.atMs >= nowMs - windowMs)
      samples = samples.slice(Math.max(0, Math.min(recent, samples.length - 2)))
    },
    perSecond() {
      const [first, last] = [samples.at(0), samples.at(-1)]
      if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0
      return ((last.count - first.count) * 1000) / (last.atMs - first.atMs)
    },
  }
}
