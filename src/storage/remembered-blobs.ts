import type { ChunkPart } from './data-check.ts'
import { createRecentMap } from './recent-map.ts'
import type { RecentMap } from './recent-map.ts'

/** Opened Blobs that are remembered for each generation. They cost a handle each, not their bytes. */
const limit = 4096

/** A reader that asks for the same bytes again after so long, or longer, may have failed to read them. */
const retryMs = 500

/** So many ranges of a chunk are remembered: several readers may be at one chunk. */
const rangesPerChunk = 8

interface Remembered {
  readonly blob: Blob
  /** When a range was taken last. */
  readonly takenMs: RecentMap<string, number>
  isBeingTried: boolean
}

/** Blobs of chunks that were opened before: the hot path. */
export interface RememberedBlobs {
  /**
   * A Blob for the bytes `[start, end)` of a chunk. Nothing tells a worker that a body could not be read; but an
   * emulator asks for the same bytes again after a second or more. If it has asked for nothing else meanwhile, the
   * Blob is forgotten, so that it is opened, and tried, anew. Else it was most likely just a second read: the
   * Blob is given, and tried beside; if that fails, it is forgotten, and the next read opens it anew.
   */
  take(index: number, part: ChunkPart): Blob | undefined
  /** The Blob of a chunk, without giving it out. */
  peek(index: number): Blob | undefined
  set(index: number, blob: Blob): void
  delete(index: number): void
  clear(): void
}

/** What {@link createRememberedBlobs} works with. */
export interface BlobPorts {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number
  /** Whether a part of a chunk can be read. Must not delay who calls it. */
  readonly canRead: (index: number, blob: Blob, part: ChunkPart) => Promise<boolean>
}

/** Makes the {@link RememberedBlobs} of a generation. */
export function createRememberedBlobs({ now, canRead }: BlobPorts): RememberedBlobs {
  const blobs = createRecentMap<number, Remembered>(limit)
  /** What was taken last, of any chunk. */
  let last = ''

  async function tryBeside(index: number, remembered: Remembered, part: ChunkPart): Promise<void> {
    if (remembered.isBeingTried) return
    remembered.isBeingTried = true
    const isGood = await canRead(index, remembered.blob, part)
    remembered.isBeingTried = false
    if (!isGood && blobs.get(index) === remembered) blobs.delete(index)
  }

  return {
    take(index, part) {
      const remembered = blobs.get(index)
      if (remembered === undefined) return undefined
      const range = `${index}:${part.start}-${part.end}`
      const isAgain = now() - (remembered.takenMs.get(range) ?? Infinity) >= retryMs
      if (isAgain && last === range) {
        blobs.delete(index)
        return undefined
      }
      last = range
      remembered.takenMs.set(range, now())
      if (isAgain) void tryBeside(index, remembered, part)
      return remembered.blob
    },
    peek: (index) => blobs.get(index)?.blob,
    set(index, blob) {
      blobs.set(index, { blob, takenMs: createRecentMap(rangesPerChunk), isBeingTried: false })
    },
    delete: (index) => blobs.delete(index),
    clear: () => blobs.clear(),
  }
}
