import type { ByteRange } from './byte-range.ts'

/** The least that is asked for, in bytes; requests begin at a multiple of it. */
export const requestGrainBytes = 4096

/** What {@link requestExtent} needs. */
export interface ExtentOptions {
  /** The missing chunks that hold `need`, all of their bytes. */
  readonly chunks: ByteRange
  /** Whether the reader is in a sequential stream: readahead had an advice at this read. */
  readonly isForeseen: boolean
  /** What the link carries during its delay: `LinkEstimate.runBytes()`. */
  readonly runBytes: number
}

/**
 * What a demanded request asks for: it begins with what is needed, not with the chunk. A reader in a stream wants the
 * rest of the chunk next; for one who jumps about, it only stands in the way of the next read, so that no more than a
 * run comes with it. What is left of `chunks` before and behind is fetched later, {@link restDelayMs}.
 *
 * @param need - the first missing byte that was demanded, and the end of the last; within `chunks`
 */
export function requestExtent(
  need: ByteRange,
  { chunks, isForeseen, runBytes }: ExtentOptions,
): ByteRange {
  const start = Math.floor(need.start / requestGrainBytes) * requestGrainBytes
  const wanted = isForeseen ? chunks.end : Math.max(need.end, start + runBytes)
  const end = Math.ceil(wanted / requestGrainBytes) * requestGrainBytes
  return { start: Math.max(chunks.start, start), end: Math.min(chunks.end, end) }
}

/**
 * How long nobody must have read before the rest of a chunk is fetched, in milliseconds: not at all where the link
 * carries the whole chunk during its delay.
 */
export function restDelayMs(chunkBytes: number, runBytes: number): number {
  return chunkBytes <= runBytes ? 0 : 250
}

/** How many bytes of chunks' rests one request may bring: a reader who comes meanwhile waits for that at the most. */
export function restRequestBytes(runBytes: number): number {
  return Math.max(64 * 1024, runBytes)
}
