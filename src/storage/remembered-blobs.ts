import { createRecentMap } from './recent-map.ts'

/** Opened Blobs that are remembered for each generation. They cost a handle each, not their bytes. */
const limit = 4096

/** A reader that asks for the same bytes again after so long, and no longer, may have failed to read them. */
const retryMs = { least: 500, most: 60_000 }

interface Remembered {
  readonly blob: Blob
  lastRange: string
  lastMs: number
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
      const sinceMs = now() - remembered.lastMs
      const isRetry = sinceMs >= retryMs.least && sinceMs <= retryMs.most
      if (range === remembered.lastRange && isRetry) {
        blobs.delete(index)
        return undefined
      }
      remembered.lastRange = range
      remembered.lastMs = now()
      return remembered.blob
    },
    set: (index, blob) => blobs.set(index, { blob, lastRange: '', lastMs: now() }),
    delete: (index) => blobs.delete(index),
    clear: () => blobs.clear(),
  }
}
