import { maxProfileBytes, profileBlockBytes } from '../core/boot-profile.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { MissListener } from './open-block-device.ts'

/** Tells the worker what is read past it: it records boots, and fetches ahead of streams. */
export interface ReadTeller extends MissListener {
  /** A read has succeeded. */
  note(range: ByteRange): void
}

/** First reads of a boot are told so often. */
const bootBatchMs = 1_000

/** Reads that something may be fetched ahead of are told so often. */
const streamBatchMs = 100

/** So long after something was missing reads are told: a disk that is stored costs nothing. */
const followMs = 10_000

/** When a device has wanted nothing new for so long, its boot is over; earlier the worker judges that. */
const quietMs = 120_000

/** Who has wanted more than a profile may have, does not boot: what it reads is stored, and nobody need hear of it. */
const maxSeen = maxProfileBytes / profileBlockBytes

/** Streams that may be interleaved, and are joined all the same. */
const joinedStreams = 4

/** Longer reads are no part of a boot (`worker/boot-notes.ts`). */
const maxJoinedBytes = 1024 * 1024

/** Who reads so much at random out of memory, is not to be followed. */
const maxFollowed = 256

/**
 * Makes a teller.
 *
 * @param tell - gets what the worker has not heard of, neighbours joined: each read that wants something new, until the boot
 * is over, and every one while things are missing.
 */
export function createReadTeller(tell: (ranges: readonly ByteRange[]) => void): ReadTeller {
  const seen = new Set<number>()
  let batch: ByteRange[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let heard: ByteRange | undefined
  let [lastNewMs, toldMs, followedUntilMs] = [Infinity, -Infinity, -Infinity]

  function send(): void {
    clearTimeout(timer)
    timer = undefined
    toldMs = performance.now()
    const ranges = batch
    batch = []
    tell(ranges)
  }

  function isFirst({ start, end }: ByteRange, nowMs: number): boolean {
    if (seen.size >= maxSeen || (seen.size > 1 && nowMs - lastNewMs > quietMs)) return false
    const before = seen.size
    const last = Math.floor((end - 1) / profileBlockBytes)
    for (let block = Math.floor(start / profileBlockBytes); block <= last; block++) seen.add(block)
    if (seen.size === before) return false
    lastNewMs = nowMs
    return true
  }

  /** @returns whether one of the last ranges has it now. */
  function join(range: ByteRange): boolean {
    const from = Math.max(0, batch.length - joinedStreams)
    for (let at = batch.length - 1; at >= from; at--) {
      const other = batch[at] as ByteRange
      if (isWithin(range, other)) return true
      if (byteLengthOf(range) + byteLengthOf(other) > maxJoinedBytes) continue
      if (other.end === range.start) batch[at] = { start: other.start, end: range.end }
      else if (other.start === range.end) batch[at] = { start: range.start, end: other.end }
      else continue
      return true
    }
    return false
  }

  return {
    note(range) {
      const nowMs = performance.now()
      const isNew = isFirst(range, nowMs)
      const isFollowed = nowMs < followedUntilMs
      if (!isNew && (!isFollowed || batch.length >= maxFollowed)) return
      if (byteLengthOf(range) === 0 || (heard && isWithin(range, heard))) return
      if (!join(range)) batch.push(range)
      timer ??= setTimeout(send, isFollowed ? toldMs + streamBatchMs - nowMs : bootBatchMs)
    },
    onMiss(range) {
      followedUntilMs = performance.now() + followMs
      heard = range
      // In their order: what was read before goes before.
      if (batch.length > 0) send()
    },
    onFound() {
      followedUntilMs = performance.now() + followMs
    },
  }
}

function isWithin(inner: ByteRange, outer: ByteRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}
