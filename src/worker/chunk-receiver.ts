import type { ByteRange } from '../core/byte-range.ts'
import { createRangeSet } from '../core/range-set.ts'
import type { RangeSet } from '../core/range-set.ts'
import { partOfChunk } from '../core/chunk-grid.ts'
import type { ChunkGrid } from '../core/chunk-grid.ts'
import type { DiskCacheError } from '../core/errors.ts'
import type { BegunResponse, DownloadSink } from '../origin/download-range.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import type { Claim } from './flight-table.ts'

/** Chunks of an origin that sends everything are stored in groups of so many. */
const groupSize = 4

/** What a {@link ChunkReceiver} needs of its fetcher. */
export interface ReceiverPorts {
  readonly grid: ChunkGrid
  /** An origin that ignores ranges sends everything: refuses, or resolves to flights for all that was not asked for yet. */
  takeOffAll(): Promise<ChunkFlight[]>
  /**
   * Takes note of a response; throws unless it has bytes of our generation: then what arrived before it was asked for is
   * of it too.
   *
   * @param flights - what it brings parts of.
   */
  accept(
    response: Pick<BegunResponse, 'identity' | 'headers' | 'askedAtMs'>,
    flights: Iterable<ChunkFlight>,
  ): void
  /** Stores complete chunks and ends their flights. Never rejects. */
  land(complete: readonly ChunkFlight[]): Promise<void>
  /** Ends flights of which nothing is to be kept, or nothing more will come. */
  abandon(flights: Iterable<ChunkFlight>, error: DiskCacheError | undefined): void
  /**
   * What is not here of this part of a chunk will not come by this download; other parts may, by others. A download that was to
   * bring everything loses everything.
   */
  lose(flight: ChunkFlight, part: ByteRange, error: DiskCacheError | undefined): void
  /** Counts bytes that the origin sent. */
  count(bytes: number): void
}

/** The receiving end of one download: cuts its bytes into chunks. */
export interface ChunkReceiver extends DownloadSink {
  /** To be called once, when the download has ended, with the error if it failed. */
  settle(error: DiskCacheError | undefined): Promise<void>
}

/** Makes the receiver of a download. */
export function createChunkReceiver(
  { range, flights: owned }: Claim,
  ports: ReceiverPorts,
): ChunkReceiver {
  const mine = new Map(owned.map((flight) => [flight.index, flight]))
  /** What of a chunk this download brought. Others may bring the rest: it is stored when all have kept their word. */
  const brought = new Map<ChunkFlight, RangeSet>()
  let complete: ChunkFlight[] = []
  /** Flights of an origin that sends everything which it has not completed, or found complete, yet. */
  let pending = new Set<ChunkFlight>()
  let isWhole = false

  async function landComplete(): Promise<void> {
    const group = complete
    complete = []
    if (group.length === 0) return
    await ports.land(group)
    // Their memory must not wait for the end of a long download.
    for (const flight of group) {
      mine.delete(flight.index)
      brought.delete(flight)
      // An answer that brings everything may have begun meanwhile.
      pending.delete(flight)
    }
  }

  function take(flight: ChunkFlight, { at, part }: ChunkPart): void {
    const ranges = brought.get(flight) ?? createRangeSet()
    for (const taken of flight.write(at, part)) ranges.add(taken)
    brought.set(flight, ranges)
  }

  function confirm(flight: ChunkFlight): void {
    const ranges = brought.get(flight)
    if (ranges !== undefined && flight.confirm(ranges)) complete.push(flight)
  }

  /** What this download was to bring of a chunk, as offsets in it. */
  function partOf({ index, length }: ChunkFlight): ByteRange {
    return isWhole ? { start: 0, end: length } : partOfChunk(ports.grid, index, range)
  }

  async function end(): Promise<void> {
    for (const flight of brought.keys()) confirm(flight)
    await landComplete()
  }

  return {
    async begin({ status, ...response }) {
      ports.accept(response, mine.values())
      for (const flight of mine.values()) flight.originStatus = status
      if (status === 206 || isWhole) return
      isWhole = true
      const others = await ports.takeOffAll()
      ports.accept(response, others)
      for (const flight of others) {
        flight.originStatus = status
        mine.set(flight.index, flight)
      }
      pending = new Set(mine.values())
    },
    async write(offset, bytes) {
      ports.count(bytes.byteLength)
      for (const chunkPart of splitByChunk(ports.grid, offset, bytes)) {
        const flight = mine.get(chunkPart.index)
        if (flight === undefined) continue
        if (!flight.isComplete()) take(flight, chunkPart)
        // Another download may have brought what was missing.
        if (flight.isComplete() && pending.delete(flight)) confirm(flight)
      }
      if (complete.length >= groupSize) await landComplete()
    },
    end,
    isSatisfied: () => isWhole && pending.size === 0,
    async settle(error) {
      // What a dishonest answer brought is not kept; what a broken connection brought is.
      if (error?.code === 'origin-bad-response') {
        ports.abandon(mine.values(), error)
        return
      }
      await end()
      for (const flight of mine.values()) {
        const part = partOf(flight)
        if (!flight.has(part.start, part.end)) ports.lose(flight, part, error)
      }
    },
  }
}

interface ChunkPart {
  readonly index: number
  /** Offset in the chunk. */
  readonly at: number
  readonly part: Uint8Array
}

function* splitByChunk(
  { chunkSize }: ChunkGrid,
  offset: number,
  bytes: Uint8Array,
): Generator<ChunkPart> {
  for (let done = 0; done < bytes.byteLength;) {
    const at = (offset + done) % chunkSize
    const part = bytes.subarray(done, done + chunkSize - at)
    yield { index: Math.floor((offset + done) / chunkSize), at, part }
    done += part.byteLength
  }
}
