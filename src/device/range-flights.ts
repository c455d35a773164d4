import type { ByteRange } from '../core/byte-range.ts'

/** Bytes on their way. */
export interface RangeFlight {
  readonly range: ByteRange
  /** Rejects for everyone who waits. */
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>
}

/** What is being loaded: who wants bytes of it, waits for it. */
export interface RangeFlights {
  /** The flight that brings all of `range`. */
  find(range: ByteRange): RangeFlight | undefined
  start(range: ByteRange, load: () => Promise<Uint8Array<ArrayBuffer>>): RangeFlight
}

/** Makes an empty list. It is searched from end to end: flights are as many as readers at once, which are few. */
export function createRangeFlights(): RangeFlights {
  const flights = new Set<RangeFlight>()
  return {
    find(wanted) {
      for (const flight of flights) {
        if (flight.range.start <= wanted.start && wanted.end <= flight.range.end) return flight
      }
      return undefined
    },
    start(range, load) {
      const flight = { range, bytes: load() }
      flights.add(flight)
      const land = (): void => void flights.delete(flight)
      flight.bytes.then(land, land)
      return flight
    },
  }
}
