import type { DiskCacheError } from '../core/errors.ts'

interface Waiter {
  readonly length: number
  readonly resolve: () => void
  readonly reject: (error: DiskCacheError) => void
}

/** A chunk on its way from the origin, of which readers may take the beginning before the end is there. */
export interface ChunkFlight {
  readonly index: number
  /** Bytes of the whole chunk. */
  readonly length: number
  /** What the origin answered, once it has. */
  originStatus?: 200 | 206
  /** Bytes from the chunk's start that have arrived. */
  readonly arrived: number
  /** Takes bytes at `offset` of the chunk. What has arrived already is left as it is. */
  write(offset: number, bytes: Uint8Array): void
  /** The bytes `[start, end)` of the chunk, as soon as they are there. Not to be modified. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
  /** Whether every byte has arrived. */
  isComplete(): boolean
  /** The whole chunk; only when it is complete. */
  bytes(): Uint8Array<ArrayBuffer>
  /** Nothing more will come: rejects whoever waits, now or later, and ends the flight. */
  fail(error: DiskCacheError): void
  /** The chunk was stored, or could not be. */
  end(error: DiskCacheError | undefined): void
  /** When the flight has ended: with what went wrong, or nothing. Never rejects. */
  readonly ended: Promise<DiskCacheError | undefined>
}

/** Makes a flight of which nothing has arrived. Its memory is taken with the first byte. */
export function createChunkFlight(index: number, length: number): ChunkFlight {
  let buffer: Uint8Array<ArrayBuffer> | undefined
  let arrived = 0
  let failure: DiskCacheError | undefined
  let waiters: Waiter[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<DiskCacheError | undefined>()

  function wake(): void {
    const ready = waiters.filter((waiter) => waiter.length <= arrived)
    if (ready.length === 0) return
    waiters = waiters.filter((waiter) => waiter.length > arrived)
    for (const waiter of ready) waiter.resolve()
  }

  function contents(): Uint8Array<ArrayBuffer> {
    buffer ??= new Uint8Array(length)
    return buffer
  }

  return {
    index,
    length,
    get arrived() {
      return arrived
    },
    write(offset, bytes) {
      const known = arrived - offset
      if (known < 0 || known >= bytes.byteLength) return
      contents().set(bytes.subarray(known), arrived)
      arrived += bytes.byteLength - known
      wake()
    },
    async read(from, to) {
      if (to > arrived) {
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve, reject) => waiters.push({ length: to, resolve, reject }))
      }
      return contents().subarray(from, to)
    },
    isComplete: () => arrived === length,
    bytes: contents,
    fail(error) {
      failure = error
      for (const waiter of waiters) waiter.reject(error)
      waiters = []
      end(error)
    },
    end,
    ended,
  }
}
