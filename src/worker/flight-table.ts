import { byteLengthOf, joinAscending, shiftRange } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, indicesOf, partOfChunk } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import { createChunkFlight } from './chunk-flight.ts'
import type { ChunkFlight } from './chunk-flight.ts'

/** Bytes of the disk that a download was, or is about to be, started for, and the flights they lie in. */
export interface Claim {
  readonly range: ByteRange
  /** They may have other parts elsewhere. */
  readonly flights: readonly ChunkFlight[]
}

/** The chunks of a generation that are on their way, one flight each. Nothing in here is awaited. */
export interface FlightTable {
  of(index: number): ChunkFlight | undefined
  /** Whether a flight has neither ended nor been given up. */
  has(flight: ChunkFlight): boolean
  /** Starts flights for chunks that have none. */
  takeOff(indices: Iterable<number>): void
  /** What of these flights was not asked for yet: ascending, joined across chunks. */
  free(chunks: ChunkRun): ByteRange[]
  /** Takes bytes for a download: they are not free any more. */
  claim(range: ByteRange): Claim
  /** Whether any of these bytes was asked for, and is not here yet. */
  isArriving(range: ByteRange): boolean
  /** The flight is over. @returns whether it was under way */
  remove(flight: ChunkFlight): boolean
  /** All flights are over. */
  takeAll(): ChunkFlight[]
}

/**
 * Makes an empty {@link FlightTable}.
 *
 * @param onAwaited - called when a reader comes to wait for a flight.
 */
export function createFlightTable(grid: ChunkGrid, onAwaited?: () => void): FlightTable {
  const flights = new Map<number, ChunkFlight>()

  function* within(chunks: ChunkRun): Generator<ChunkFlight> {
    for (const index of indicesOf(chunks)) {
      const flight = flights.get(index)
      if (flight !== undefined) yield flight
    }
  }

  const has = (flight: ChunkFlight): boolean => flights.get(flight.index) === flight

  return {
    of: (index) => flights.get(index),
    has,
    takeOff(indices) {
      for (const index of indices) {
        if (flights.has(index)) continue
        const length = byteLengthOf(chunkBytes(grid, index))
        flights.set(index, createChunkFlight(index, length, onAwaited))
      }
    },
    free(chunks) {
      const gaps: ByteRange[] = []
      for (const { index, length, asked } of within(chunks)) {
        const { start } = chunkBytes(grid, index)
        for (const gap of asked.gaps({ start: 0, end: length })) gaps.push(shiftRange(gap, start))
      }
      return joinAscending(gaps)
    },
    claim(range) {
      const claimed = [...within(chunksTouching(grid, range))]
      for (const { index, asked } of claimed) asked.add(partOfChunk(grid, index, range))
      return { range, flights: claimed }
    },
    isArriving(range) {
      return [...within(chunksTouching(grid, range))].some((flight) =>
        flight.isArriving(partOfChunk(grid, flight.index, range)),
      )
    },
    remove: (flight) => has(flight) && flights.delete(flight.index),
    takeAll() {
      const all = [...flights.values()]
      flights.clear()
      return all
    },
  }
}

/** The chunks of a run that are not stored, as far as is known. */
export function* missingOf(
  { isStored }: Pick<StoredGeneration, 'isStored'>,
  chunks: ChunkRun,
): Generator<number> {
  for (const index of indicesOf(chunks)) if (!isStored(index)) yield index
}
