import type { ChunkGrid } from '../core/chunk-grid.ts'
import type { DiskCacheError } from '../core/errors.ts'
import type { BegunResponse, DownloadSink } from '../origin/download-range.ts'
import type { ChunkFlight } from './chunk-flight.ts'

/** Chunks of an origin that sends everything are stored in groups of so many. */
const groupSize = 4

/** What a {@link ChunkReceiver} needs of its fetcher. */
export interface ReceiverPorts {
  readonly grid: ChunkGrid
  /** An origin that ignores ranges sends everything: refuses, or starts flights for all that is missing. */
  takeOffAll(): Promise<ChunkFlight[]>
  /**
   * Takes note of a response; throws unless it has bytes of our generation: then what arrived before it was asked for is
   * of it too.
   */
  accept(response: Pick<BegunResponse, 'identity' | 'headers' | 'askedAtMs'>): void
  /** Stores complete chunks and ends their flights. Never rejects. */
  land(complete: readonly ChunkFlight[]): Promise<void>
  /** Ends flights of which nothing more will come. */
  abandon(flights: Iterable<ChunkFlight>, error: DiskCacheError | undefined): void
  /** Counts bytes that the origin sent. */
  count(bytes: number): void
}

/** The receiving end of one download: cuts its bytes into chunks. */
export interface ChunkReceiver extends DownloadSink {
  /** To be called once, when the download has ended, with the error if it failed. */
  settle(error: DiskCacheError | undefined): Promise<void>
}

/** Makes the receiver of a download that was started for the flights `owned`. */
export function createChunkReceiver(
  owned: readonly ChunkFlight[],
  ports: ReceiverPorts,
): ChunkReceiver {
  const mine = new Map(owned.map((flight) => [flight.index, flight]))
  let complete: ChunkFlight[] = []
  let pending = owned.length
  let isWhole = false

  async function landComplete(): Promise<void> {
    const group = complete
    complete = []
    if (group.length === 0) return
    await ports.land(group)
    // Their memory must not wait for the end of a long download.
    for (const { index } of group) mine.delete(index)
  }

  return {
    async begin({ status, ...response }) {
      ports.accept(response)
      for (const flight of mine.values()) flight.originStatus = status
      if (status === 206 || isWhole) return
      isWhole = true
      for (const flight of await ports.takeOffAll()) {
        flight.originStatus = status
        mine.set(flight.index, flight)
        pending++
      }
    },
    async write(offset, bytes) {
      ports.count(bytes.byteLength)
      for (const { index, at, part } of splitByChunk(ports.grid, offset, bytes)) {
        const flight = mine.get(index)
        if (flight === undefined || flight.isComplete()) continue
        flight.write(at, part)
        if (!flight.isComplete()) continue
        complete.push(flight)
        pending--
      }
      if (isWhole && complete.length >= groupSize) await landComplete()
    },
    end: landComplete,
    isSatisfied: () => isWhole && pending === 0,
    async settle(error) {
      // What a dishonest answer brought is not kept; what a broken connection brought is.
      if (error?.code === 'origin-bad-response') complete = []
      await landComplete()
      ports.abandon(mine.values(), error)
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
