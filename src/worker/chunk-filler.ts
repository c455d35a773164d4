import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import type { OriginAccess } from './origin-access.ts'
import { startTimer } from './start-timer.ts'

/** Completes chunks of which only a part was needed, while nobody waits for the origin. */
export interface ChunkFiller {
  /** Takes note of chunks that may have gaps. Those that were needed last are filled first. */
  add(flights: Iterable<ChunkFlight>, access: OriginAccess): void
  /** Whether chunks must not be left incomplete any more, not even for a while. */
  readonly isFull: boolean
  /** Resolves when there is nothing more to fill, or after {@link maxFillMs}: it goes on then. Never rejects. */
  fill(): Promise<void>
}

/** What a {@link ChunkFiller} needs. */
export interface FillerPorts {
  /** Whether a flight has neither ended nor been given up. */
  isUnderWay(flight: ChunkFlight): boolean
  /** Whether chunks are worth to be completed. If not, those that wait are released. */
  mayFill(): boolean
  /** Nobody completes these chunks. */
  release(flights: Iterable<ChunkFlight>): void
  /** Resolves when nobody waits for the origin; in haste, also if somebody is likely to come soon. */
  whenQuiet(isHasty: () => boolean): Promise<void>
  /** The most bytes to ask for at a time: whoever needs others in the meantime shares the link with them. */
  stepBytes(): number
  /** Downloads bytes `[start, end)` of a chunk. Never rejects: what did not come is not asked for any more. */
  download(flight: ChunkFlight, part: ByteRange, access: OriginAccess): Promise<void>
}

/** Of chunks that wait to be filled, in bytes: from here on there is some haste, and from there on no room. They lie in memory. */
const waitingLimits = { hasty: 8 * 1024 * 1024, full: 32 * 1024 * 1024 }

/** An event that is extended for too long ends the worker. */
const maxFillMs = 20_000

/** Makes a {@link ChunkFiller}. */
export function createChunkFiller(ports: FillerPorts): ChunkFiller {
  /** The oldest first. */
  const waiting = new Map<ChunkFlight, OriginAccess>()
  let filling: Promise<void> | undefined

  function waitingBytes(): number {
    let bytes = 0
    for (const flight of waiting.keys()) {
      if (nextGap(flight) !== undefined && ports.isUnderWay(flight)) bytes += flight.length
      // Others have brought the rest: nobody is to hold its bytes.
      else waiting.delete(flight)
    }
    return bytes
  }

  function releaseAll(): void {
    ports.release([...waiting.keys()])
    waiting.clear()
  }

  /** With something to fill only: it has ended when it looks for the last time, so that nothing is added unseen. */
  async function fillAll(): Promise<void> {
    try {
      while (waiting.size > 0) {
        await ports.whenQuiet(() => waitingBytes() > waitingLimits.hasty)
        if (!ports.mayFill()) return releaseAll()
        const [newest] = [...waiting].slice(-1)
        if (newest === undefined) return
        const [flight, access] = newest
        const gap = nextGap(flight)
        if (gap === undefined || !ports.isUnderWay(flight)) {
          waiting.delete(flight)
          continue
        }
        const part = firstPart(gap, ports.stepBytes())
        await ports.download(flight, part, access)
        // It did not come, and others bring other parts: whoever they are adds it again.
        if (!flight.asked.has(part)) waiting.delete(flight)
      }
    } finally {
      filling = undefined
    }
  }

  return {
    add(flights, access) {
      for (const flight of flights) {
        if (nextGap(flight) === undefined || !ports.isUnderWay(flight)) continue
        waiting.delete(flight)
        waiting.set(flight, access)
      }
    },
    get isFull() {
      return waitingBytes() > waitingLimits.full
    },
    async fill() {
      if (waiting.size > 0) filling ??= fillAll()
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
