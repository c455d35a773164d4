import type { DiskCacheError } from '../core/errors.ts'
import { intersectRanges } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { freeBytes } from '../core/free-bytes.ts'
import { createRangeSet } from '../core/range-set.ts'
import type { RangeSet } from '../core/range-set.ts'

const nothing: ByteRange = { start: 0, end: 0 }

interface Waiter {
  readonly start: number
  readonly end: number
  readonly resolve: () => void
  readonly reject: (error: DiskCacheError) => void
}

/** A chunk on its way from the origin, of which readers may take what is there before the rest is. Offsets are within the chunk. */
export interface ChunkFlight {
  readonly index: number
  /** Bytes of the whole chunk. */
  readonly length: number
  /** What the origin answered, once it has. */
  originStatus?: 200 | 206
  /** Bytes that are here. */
  readonly arrivedBytes: number
  /** Whether a reader waits for bytes of it. */
  readonly isAwaited: boolean
  /** Whether the origin was asked for bytes of `part` (default: all) that are not here yet. */
  isArriving(part?: ByteRange): boolean
  /** What the origin was asked for, here or not: nobody else has to ask for it. */
  readonly asked: RangeSet
  /** Takes bytes. What has arrived already is left as it is. @returns what was taken */
  write(offset: number, bytes: Uint8Array): readonly ByteRange[]
  /** The answer that brought these bytes has kept its word. @returns whether all of the chunk may be stored now, and could not before */
  confirm(brought: RangeSet): boolean
  /** Whether the bytes `[start, end)` are here. */
  has(start: number, end: number): boolean
  /**
   * The bytes `[start, end)`, as soon as they are here. Not to be modified; who has not borrowed the chunk may find them gone.
   *
   * @throws {DiskCacheError} what the flight, or the download that was to bring them, failed with, if they are not here;
   * `disk-changed` even if they are: they may be of the next version.
   */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
  /**
   * Keeps the memory until the result is called, at least. A whole chunk that has ended, and that nobody has borrowed, is freed
   * at once; where somebody never gives it back, it goes with the garbage.
   */
  borrow(): () => void
  /** Whether every byte is here. */
  isComplete(): boolean
  /** The whole chunk; only when it is complete. */
  bytes(): Uint8Array<ArrayBuffer>
  /**
   * A download has failed: what is not here of `part` will not come, but other parts may. Rejects whoever waits for some of it;
   * it may be asked for again.
   */
  lose(part: ByteRange, error: DiskCacheError): void
  /** Nothing more will come: rejects whoever waits, now or later, and ends the flight. */
  fail(error: DiskCacheError): void
  /** The chunk was stored, or could not be. Who has borrowed it may go on reading. */
  end(error: DiskCacheError | undefined): void
  /** Resolves when every byte is here, or the flight has ended. Never rejects. */
  readonly arrived: Promise<void>
  /** When the flight has ended: with what went wrong, or nothing. Never rejects. */
  readonly ended: Promise<DiskCacheError | undefined>
  /** Resolves when a part is lost from now on, with the reason: who wants all of the chunk waits in vain. Never rejects. */
  readonly lost: Promise<DiskCacheError>
}

/**
 * Makes a flight of which nothing has arrived. Its memory is taken with the first byte.
 *
 * @param onAwaited - called when a reader waits and none did before: what was begun as a prefetch is urgent now.
 */
export function createChunkFlight(
  index: number,
  length: number,
  onAwaited: () => void = () => undefined,
): ChunkFlight {
  let buffer: Uint8Array<ArrayBuffer> | undefined
  const [here, confirmed, asked] = [createRangeSet(), createRangeSet(), createRangeSet()]
  let failure: DiskCacheError | undefined
  /** Why parts that were asked for did not come, the last time. */
  let loss: DiskCacheError | undefined
  let waiters: Waiter[] = []
  let borrowers = 0
  let [mayFree, isFreed] = [false, false]
  const { promise: ended, resolve: settle } = Promise.withResolvers<DiskCacheError | undefined>()
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  let nextLoss = Promise.withResolvers<DiskCacheError>()

  function finish(error: DiskCacheError | undefined): void {
    settle(error)
    arrive()
  }

  function freeUnused(): void {
    if (!mayFree || borrowers > 0 || buffer === undefined) return
    freeBytes(buffer)
    isFreed = true
  }

  function wake(): void {
    const waiting: Waiter[] = []
    for (const waiter of waiters) {
      if (here.has(waiter)) waiter.resolve()
      else if (loss !== undefined && isLost(waiter)) waiter.reject(loss)
      else waiting.push(waiter)
    }
    waiters = waiting
  }

  /** Whether nobody brings some of it. */
  function isLost(range: ByteRange): boolean {
    return here.gaps(range).some((gap) => !asked.has(gap))
  }

  function contents(): Uint8Array<ArrayBuffer> {
    if (isFreed) throw new Error(`The memory of chunk ${index} was freed`)
    buffer ??= new Uint8Array(length)
    return buffer
  }

  return {
    index,
    length,
    get arrivedBytes() {
      return here.byteLength
    },
    get isAwaited() {
      return waiters.length > 0
    },
    isArriving: (part = { start: 0, end: length }) =>
      asked.ranges.some((range) => !here.has(intersectRanges(range, part) ?? nothing)),
    asked,
    write(offset, bytes) {
      const range = { start: offset, end: offset + bytes.byteLength }
      const taken = here.gaps(range)
      for (const gap of taken) {
        contents().set(bytes.subarray(gap.start - offset, gap.end - offset), gap.start)
      }
      here.add(range)
      wake()
      if (here.byteLength === length) arrive()
      return taken
    },
    confirm(brought) {
      const before = confirmed.byteLength
      for (const range of brought.ranges) confirmed.add(range)
      return before < length && confirmed.byteLength === length
    },
    has: (from, to) => here.has({ start: from, end: to }),
    async read(from, to) {
      const range = { start: from, end: to }
      if (failure?.code === 'disk-changed') throw failure
      if (!here.has(range)) {
        if (failure !== undefined) throw failure
        if (loss !== undefined && isLost(range)) throw loss
        await new Promise<void>((resolve, reject) => {
          waiters.push({ ...range, resolve, reject })
          if (waiters.length === 1) onAwaited()
        })
      }
      return contents().subarray(from, to)
    },
    borrow() {
      borrowers++
      let isBack = false
      return () => {
        if (isBack) return
        isBack = true
        borrowers--
        freeUnused()
      }
    },
    isComplete: () => here.byteLength === length,
    bytes: contents,
    lose(part, error) {
      loss = error
      nextLoss.resolve(error)
      nextLoss = Promise.withResolvers()
      for (const gap of here.gaps(part)) asked.remove(gap)
      wake()
    },
    fail(error) {
      failure = error
      for (const waiter of waiters) waiter.reject(error)
      waiters = []
      // It may be in the middle of being stored: its memory stays.
      finish(error)
    },
    end(error) {
      finish(error)
      mayFree = here.byteLength === length
      freeUnused()
    },
    arrived,
    ended,
    get lost() {
      return nextLoss.promise
    },
  }
}
