import type { ReadEvent } from '../protocol/events.ts'

/** What readers got in one second. */
export interface TrafficSecond {
  /** By its start, in whole seconds of the clock that was passed. */
  second: number
  reads: number
  cacheBytes: number
  originBytes: number
}

/** Seconds that are kept. */
export const trafficSeconds = 60

/** Counts reads by the second, for the last minute. */
export class TrafficLog {
  readonly #ring: TrafficSecond[] = []

  /** Counts a read at `nowMs`, of a clock that never goes back. */
  add({ cacheBytes, originBytes }: ReadEvent, nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const slot = second % trafficSeconds
    let entry = this.#ring[slot]
    if (entry?.second !== second) {
      entry = { second, reads: 0, cacheBytes: 0, originBytes: 0 }
      this.#ring[slot] = entry
    }
    entry.reads++
    entry.cacheBytes += cacheBytes
    entry.originBytes += originBytes
  }

  /** The last minute, oldest first; the last one is not over yet. */
  lastMinute(nowMs: number): TrafficSecond[] {
    const end = Math.floor(nowMs / 1000)
    return Array.from({ length: trafficSeconds }, (_, at) => {
      const second = end - trafficSeconds + 1 + at
      const entry = this.#ring[second % trafficSeconds]
      return entry?.second === second ? entry : { second, reads: 0, cacheBytes: 0, originBytes: 0 }
    })
  }
}
