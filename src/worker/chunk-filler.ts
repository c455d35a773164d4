import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import type { OriginAccess } from './origin-access.ts'
import { startTimer } from './start-timer.ts'

/** Completes chunks of which only a part was needed, while nobody waits for the origin. */
export interface ChunkFiller {
  /** Takes note of chunks that may have gaps. Those that were needed last are filled first. */
  add(flights: Iterable<ChunkFlight>, access: OriginAccess): void
  /** Resolves when there is nothing more to fill, or after {@link maxFillMs}: it goes on then. Never rejects. */
  fill(): Promise<void>
}

/** What a {@link ChunkFiller} needs. */
export interface FillerPorts {
  /** Whether a flight has neither ended nor been given up. */
  isUnderWay(flight: ChunkFlight): boolean
  /** Resolves when nobody waits for the origin. */
  whenQuiet(): Promise<void>
  /** The most bytes to ask for at a time: whoever needs others in the meantime shares the link with them. */
  stepBytes(): number
  /** Downloads bytes `[start, end)` of a chunk. Never rejects: a flight that fails has ended. */
  download(flight: ChunkFlight, part: ByteRange, access: OriginAccess): Promise<void>
  /** Ends flights that wait to be filled, when there are too many: their readers have what they needed. */
  drop(flights: readonly ChunkFlight[]): void
}

/** The most bytes of chunks that wait to be filled: they lie in memory. */
const maxWaitingBytes = 32 * 1024 * 1024

/** An event that is extended for too long ends the worker. */
const maxFillMs = 20_000

/** Makes a {@link ChunkFiller}. */
export function createChunkFiller(ports: FillerPorts): ChunkFiller {
  /** The oldest first. */
  const waiting = new Map<ChunkFlight, OriginAccess>()
  let filling: Promise<void> | undefined

  function dropOldest(): void {
    let bytes = 0
    const incomplete = [...waiting.keys()].filter((flight) => nextGap(flight) !== undefined)
    const dropped = incomplete
      .toReversed()
      .filter(({ length }) => (bytes += length) > maxWaitingBytes)
    for (const flight of dropped) waiting.delete(flight)
    if (dropped.length > 0) ports.drop(dropped)
  }

  async function fillAll(): Promise<void> {
    while (waiting.size > 0) {
      await ports.whenQuiet()
      const [newest] = [...waiting].slice(-1)
      if (newest === undefined) return
      const [flight, access] = newest
      const gap = nextGap(flight)
      if (gap === undefined || !ports.isUnderWay(flight)) waiting.delete(flight)
      else await ports.download(flight, firstPart(gap, ports.stepBytes()), access)
    }
  }

  return {
    add(flights, access) {
      for (const flight of flights) {
        if (nextGap(flight) === undefined || !ports.isUnderWay(flight)) continue
        waiting.delete(flight)
        waiting.set(flight, access)
      }
      dropOldest()
    },
    async fill() {
      filling ??= fillAll().finally(() => {
        filling = undefined
      })
      const timer = startTimer(maxFillMs)
      await Promise.race([filling, timer.passed])
      timer.stop()
    },
  }
}

/** What follows the needed part goes before what lies ahead of it: most readers go forward. */
function nextGap({ asked, length }: ChunkFlight): ByteRange | undefined {
  return asked.gaps({ start: 0, end: length }).at(-1)
}

function firstPart({ start, end }: ByteRange, length: number): ByteRange {
  return { start, end: Math.min(end, start + length) }
}
