import { createRecentMap } from './recent-map.ts'
import type { RecentMap } from './recent-map.ts'

/** Opened Blobs that are remembered for each generation. They cost a handle each, not their bytes. */
const limit = 4096

/** A reader that asks for the same bytes again after so long, and no longer, may have failed to read them. */
const retryMs = { least: 500, most: 60_000 }

/** So many ranges of a chunk are remembered: several readers may be at one chunk. */
const rangesPerChunk = 8

interface Remembered {
  readonly blob: Blob
  /** When a range was taken last. */
  readonly takenMs: RecentMap<string, number>
}

/** Blobs of chunks that were opened before: the hot path. */
export interface RememberedBlobs {
  /**
   * A Blob for the bytes `[start, end)` of a chunk. Nothing tells a worker that a body could not be read; but an
   * emulator asks for the same bytes again after a second or more. Then the Blob is forgotten, so that it is
   * opened, and tried, anew.
   */
  take(index: number, part: { start: number; end: number }): Blob | undefined
  set(index: number, blob: Blob): void
  delete(index: number): void
  clear(): void
}

/**
 * Makes the {@link RememberedBlobs} of a generation.
 *
 * @param now - a monotonic clock in milliseconds.
 */
export function createRememberedBlobs(now: () => number): RememberedBlobs {
  const blobs = createRecentMap<number, Remembered>(limit)
  return {
    take(index, { start, end }) {
      const remembered = blobs.get(index)
      if (remembered === undefined) return undefined
      const range = `${start}-${end}`
      const sinceMs = now() - (remembered.takenMs.get(range) ?? -Infinity)
      if (sinceMs >= retryMs.least && sinceMs <= retryMs.most) {
        blobs.delete(index)
        return undefined
      }
      remembered.takenMs.set(range, now())
      return remembered.blob
    },
    set: (index, blob) => blobs.set(index, { blob, takenMs: createRecentMap(rangesPerChunk) }),
    delete: (index) => blobs.delete(index),
    clear: () => blobs.clear(),
  }
}
