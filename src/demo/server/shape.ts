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
  /** Begins an answer that goes over the link. */
  begin(): Sending
  /** Bytes that should be sent in one go, so that connections share the link fairly. */
  pieceBytes(): number
}

/** One answer on its way over a link. */
export interface Sending {
  /** Waits until the last of `byteCount` more bytes is through. Those who wait are served in order. */
  take(byteCount: number, signal: AbortSignal): Promise<void>
}

/** What tests of {@link createLink} put in the place of real time. All of it is in milliseconds. */
export interface LinkTime {
  now(): number
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** How far an answer may fall behind the link and catch up, so that late timers do not slow it down. */
const LATE_MS = 100
/** A piece takes the link for about so long. Whoever waits for the first bytes of a long answer waits for a whole piece. */
const PIECE_MS = 2
/** About a packet: what a network passes on at once. */
const MIN_PIECE_BYTES = 1460
const MAX_PIECE_BYTES = 256 * 1024

const realTime: LinkTime = {
  now: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
}

/**
 * A link that all connections share, and that takes its time for every byte. A pause earns no credit: the first
 * piece of an answer begins when it is there. Only a piece that follows another one begins where that ended, even
 * if the timer was late.
 *
 * @param shape - its rate is looked up at each use
 */
export function createLink(shape: Readonly<Shape>, { now, wait }: LinkTime = realTime): Link {
  let freeAtMs = -Infinity
  const bytesPerMs = (): number => shape.rateBitsPerSecond / 8000
  return {
    begin() {
      let endedAtMs = Infinity
      return {
        async take(byteCount, signal) {
          if (shape.rateBitsPerSecond === Infinity) return
          const nowMs = now()
          const readyAtMs = Math.min(nowMs, Math.max(endedAtMs, nowMs - LATE_MS))
          freeAtMs = Math.max(freeAtMs, readyAtMs) + byteCount / bytesPerMs()
          endedAtMs = freeAtMs
          if (freeAtMs > nowMs) await wait(freeAtMs - nowMs, signal)
        },
      }
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
