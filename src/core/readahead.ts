import { byteLengthOf } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'

/** Foresees what one reader of one generation will want next. */
export interface Readahead {
  /**
   * Takes note of a demanded read, answered from the store or not.
   *
   * @param read - not empty, within the generation
   * @returns bytes that are worth fetching ahead now: none of `read`, none that were returned before and are still
   * expected; an empty range in a stream for which enough was returned before; `undefined` for a reader who jumps about.
   * Whether they are stored or under way already is not known here.
   */
  onRead(read: ByteRange): ByteRange | undefined
}

/** What {@link createReadahead} needs. */
export interface ReadaheadOptions {
  /** Length of the generation in bytes. */
  readonly sizeBytes: number
  /** The most bytes to fetch ahead of one stream, as the link has it now; 0 for none. */
  readonly maxWindowBytes: () => number
}

/** A region that is being read from one end to the other. */
interface Stream {
  low: number
  high: number
  /** 0 until a second read tells where it goes. */
  direction: -1 | 0 | 1
  /** Bytes that were read in this direction. */
  readBytes: number
  /** As far as bytes were fetched ahead; no nearer than the end in whose direction it goes. */
  aheadTo: number
}

/** Streams that are remembered; the one that was read longest ago gives way. */
const maxStreams = 16
/** Bytes that may be passed over at the most: other files' pieces, tables of a file system. */
const maxGapBytes = 64 * 1024
/** What was fetched ahead longer ago counts less: half of it when so much has come together. */
const memoryBytes = 8 * 1024 * 1024
/** Even a reader whose streams ended early gets so much of the window, and can earn trust again. */
const leastTrust = 1 / 8

/**
 * Readahead as operating systems do it. A stream's window is as long as what was read of it so far: it starts
 * small, doubles while the guess holds, and what is fetched in vain is never more than what was read. Reads that
 * belong to no stream yield nothing. When streams end before their windows were used, later windows are shorter.
 */
export function createReadahead({ sizeBytes, maxWindowBytes }: ReadaheadOptions): Readahead {
  /** The one that was read last comes first. */
  const streams: Stream[] = []
  let aheadBytes = 0
  let wastedBytes = 0

  function giveUp(stream: Stream): void {
    wastedBytes += unusedBytes(stream)
  }

  function windowBytes({ readBytes }: Stream): number {
    const trust = aheadBytes === 0 ? 1 : 1 - Math.min(1, wastedBytes / aheadBytes)
    return Math.min(maxWindowBytes(), Math.floor(readBytes * Math.max(leastTrust, trust)))
  }

  /** A new piece is not due before half of the window has been used: fewer and larger requests. */
  function extend(stream: Stream): ByteRange {
    const window = windowBytes(stream)
    const from = stream.aheadTo
    if (unusedBytes(stream) <= window / 2) {
      stream.aheadTo =
        stream.direction === 1
          ? Math.max(from, Math.min(sizeBytes, stream.high + window))
          : Math.min(from, Math.max(0, stream.low - window))
    }
    const range = { start: Math.min(from, stream.aheadTo), end: Math.max(from, stream.aheadTo) }
    aheadBytes += byteLengthOf(range)
    if (aheadBytes > memoryBytes) {
      aheadBytes /= 2
      wastedBytes /= 2
    }
    return range
  }

  return {
    onRead(read) {
      const at = streams.findIndex((stream) => isNear(stream, read))
      const [stream = startStream(read)] = at === -1 ? [] : streams.splice(at, 1)
      streams.unshift(stream)
      if (streams.length > maxStreams) giveUp(streams.pop() as Stream)
      const direction = directionOf(stream, read)
      if (direction === 0) return undefined
      if (direction === -stream.direction) giveUp(stream)
      advance(stream, read, direction)
      return extend(stream)
    },
  }
}

function startStream({ start, end }: ByteRange): Stream {
  return { low: start, high: end, direction: 0, readBytes: end - start, aheadTo: end }
}

/** Bytes that were fetched ahead and not wanted so far. */
function unusedBytes({ direction, low, high, aheadTo }: Stream): number {
  return direction === 1 ? aheadTo - high : direction === -1 ? low - aheadTo : 0
}

/** Whether `read` goes on with a stream, or reads a part of it again. What was read of it must outweigh a gap. */
function isNear(stream: Stream, { start, end }: ByteRange): boolean {
  const { low, high, direction, readBytes, aheadTo } = stream
  const gap = Math.min(maxGapBytes, readBytes)
  const from = direction === -1 ? Math.min(low, aheadTo) : low
  const to = direction === 1 ? Math.max(high, aheadTo) : high
  return start <= to + gap && end >= from - gap
}

/** Where `read` leads the stream; 0 if it wants only what has been read. */
function directionOf({ low, high, direction }: Stream, { start, end }: ByteRange): -1 | 0 | 1 {
  const isAbove = end > high
  const isBelow = start < low
  // It reaches over both ends: nothing to learn, but it need not turn round.
  if (isAbove && isBelow) return direction === 0 ? 1 : direction
  return isAbove ? 1 : isBelow ? -1 : 0
}

function advance(stream: Stream, { start, end }: ByteRange, direction: -1 | 1): void {
  if (direction !== stream.direction) {
    if (stream.direction !== 0) stream.readBytes = 0
    stream.direction = direction
    stream.aheadTo = direction === 1 ? stream.high : stream.low
  }
  stream.readBytes += end - start
  stream.low = Math.min(stream.low, start)
  stream.high = Math.max(stream.high, end)
  stream.aheadTo =
    direction === 1 ? Math.max(stream.aheadTo, stream.high) : Math.min(stream.aheadTo, stream.low)
}
