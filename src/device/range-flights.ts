import type { ByteRange } from '../core/byte-range.ts'

/** Bytes on their way. */
export interface RangeFlight {
  readonly range: ByteRange
  /** Rejects for everyone who waits. */
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>
}

/** What is being loaded: who wants bytes of it, waits for it. */
export interface RangeFlights {
  /** The flight that brings all of `part`, which lies in one block. */
  find(part: ByteRange): RangeFlight | undefined
  start(range: ByteRange, load: () => Promise<Uint8Array<ArrayBuffer>>): RangeFlight
}

/** Makes an empty list, which is kept by block. */
export function createRangeFlights(blockSize: number): RangeFlights {
  const flights = new Map<number, RangeFlight[]>()

  function* blocksOf({ start, end }: ByteRange): Generator<number> {
    const endBlock = Math.ceil(end / blockSize)
    for (let block = Math.floor(start / blockSize); block < endBlock; block++) yield block
  }

  function remove(flight: RangeFlight): void {
    for (const block of blocksOf(flight.range)) {
      const others = flights.get(block)?.filter((other) => other !== flight) ?? []
      if (others.length > 0) flights.set(block, others)
      else flights.delete(block)
    }
  }

  return {
    find: (part) =>
      flights
        .get(Math.floor(part.start / blockSize))
        ?.find(({ range }) => range.start <= part.start && part.end <= range.end),
    start(range, load) {
      const flight = { range, bytes: load() }
      for (const block of blocksOf(range)) {
        flights.set(block, [...(flights.get(block) ?? []), flight])
      }
      const land = (): void => remove(flight)
      flight.bytes.then(land, land)
      return flight
    },
  }
}
