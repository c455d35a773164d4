import { setTimeout as sleep } from 'node:timers/promises'

/** What a network does to an origin. Each part may be changed while it runs. */
export interface Shape {
  /** Delay before the headers of each answer, in milliseconds. */
  latencyMs: number
  /** Rate of the link that all connections share; `Infinity` for none. */
  rateBitsPerSecond: number
}

/** A link of limited rate. */
export interface Link {
  /** Waits until `byteCount` more bytes fit through. Those who wait are served in order. */
  take(byteCount: number, signal: AbortSignal): Promise<void>
  /** Bytes that should be sent in one go, so that connections share the link fairly. */
  pieceBytes(): number
}

/** How far behind the link may fall and catch up, so that late timers do not slow it down. */
const BURST_MS = 30
/** A piece takes the link for about so long. */
const PIECE_MS = 20
const MIN_PIECE_BYTES = 1024
const MAX_PIECE_BYTES = 256 * 1024

/**
 * A link that works like a token bucket shared by all connections.
 *
 * @param shape - its rate is looked up at each use
 * @param now - clock in milliseconds
 */
export function createLink(
  shape: Readonly<Shape>,
  now: () => number = () => performance.now(),
): Link {
  let freeAtMs = -Infinity
  const bytesPerMs = (): number => shape.rateBitsPerSecond / 8000
  return {
    async take(byteCount, signal) {
      if (shape.rateBitsPerSecond === Infinity) return
      freeAtMs = Math.max(freeAtMs, now() - BURST_MS) + byteCount / bytesPerMs()
      const waitMs = freeAtMs - now()
      if (waitMs > 0) await sleep(waitMs, undefined, { signal })
    },
    pieceBytes() {
      const wanted = Math.round(bytesPerMs() * PIECE_MS)
      return Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, wanted))
    },
  }
}

/**
 * Reads a delay such as `50` or `50ms`.
 *
 * @throws RangeError when it is none
 */
export function parseLatencyMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:ms)?$/.exec(text)
  if (match === null) throw new RangeError(`${text} is not a delay in milliseconds, such as 50`)
  return Number(match[1])
}

/**
 * Reads a rate in Mbit/s such as `20` or `0.5`.
 *
 * @returns bits per second
 * @throws RangeError when it is none
 */
export function parseRateMbit(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:mbit)?$/i.exec(text)
  const rate = Number(match?.[1]) * 1e6
  if (!(rate > 0)) throw new RangeError(`${text} is not a rate in Mbit/s, such as 20`)
  return rate
}
