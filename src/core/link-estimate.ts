/** A request to an origin that came to its end. Times are of one clock, in milliseconds. */
export interface FinishedRequest {
  readonly startedMs: number
  /** When the headers were there. */
  readonly firstByteMs: number
  readonly endedMs: number
  /** Bytes of the body. */
  readonly bytes: number
  /**
   * How many requests were under way meanwhile, on average; itself among them: 1 or more. To any origin: they share the
   * reader's end of the way, which is mostly the narrow one.
   */
  readonly parallel: number
}

/** What is known of the way to an origin, and what follows from it for requests. */
export interface LinkEstimate {
  /** Takes note of a request that brought all that it asked for. */
  record(request: FinishedRequest): void
  /** Milliseconds until the first byte of an answer; `undefined` before anything is known. */
  readonly delayMs: number | undefined
  /** Of all requests together; `undefined` before anything is known. */
  readonly bytesPerMs: number | undefined
  /**
   * How many bytes one demanded request should bring at most, unless more are needed: as many as the link carries
   * during its delay, or in a time that nobody notices. More would hinder the next read for longer than a request of
   * its own would take.
   *
   * @returns bytes, from 4 KiB to 4 MiB
   */
  runBytes(): number
  /**
   * How many bytes may be fetched ahead of a stream: enough for the link to be busy while the reader thinks.
   *
   * @returns bytes, from 64 KiB to 4 MiB
   */
  readaheadBytes(): number
}

const KiB = 1024
/** What is said before anything is known. */
const cautious = { runBytes: 64 * KiB, aheadBytes: 256 * KiB }
const leastRunBytes = 4 * KiB
/** A delay that nobody notices, in milliseconds. */
const unnoticedMs = 10
const leastAheadBytes = 64 * KiB
/** What is lost at the most when the worker dies in a request. */
const maxBytes = 4 * 1024 * KiB
/** Smaller answers come in one piece: they tell of the delay, not of the rate. */
const leastRatedBytes = 32 * KiB
/** The delay is the least of so many requests: most of what makes others longer is not the way. */
const delaySamples = 16
/** The share of the newest sample in the rate, when it is a large one. */
const rateGain = 0.25
/** A reader's pauses that readahead shall fill, in milliseconds. */
const pauseMs = 200

/** Knows nothing yet. One for each origin, whatever the disk. */
export function createLinkEstimate(): LinkEstimate {
  const delays: number[] = []
  let delayMs: number | undefined
  let bytesPerMs: number | undefined

  return {
    record({ startedMs, firstByteMs, endedMs, bytes, parallel }) {
      delays.push(Math.max(0, firstByteMs - startedMs))
      if (delays.length > delaySamples) delays.shift()
      delayMs = Math.min(...delays)
      if (bytes < leastRatedBytes) return
      // From the first byte on would be too short: what comes with the headers has taken its time too.
      const transferMs = Math.max(1, endedMs - startedMs - delayMs)
      const sample = (bytes / transferMs) * Math.max(1, parallel)
      bytesPerMs = bytesPerMs === undefined ? sample : bytesPerMs + (sample - bytesPerMs) * rateGain
    },
    get delayMs() {
      return delayMs
    },
    get bytesPerMs() {
      return bytesPerMs
    },
    runBytes() {
      if (delayMs === undefined || bytesPerMs === undefined) return cautious.runBytes
      return clamp(bytesPerMs * Math.max(delayMs, unnoticedMs), leastRunBytes)
    },
    readaheadBytes() {
      if (delayMs === undefined || bytesPerMs === undefined) return cautious.aheadBytes
      return clamp(bytesPerMs * (2 * delayMs + pauseMs), leastAheadBytes)
    },
  }
}

function clamp(bytes: number, least: number): number {
  return Math.min(maxBytes, Math.max(least, Math.round(bytes)))
}
