import type { ChunkPart } from './data-check.ts'
import { createRecentMap } from './recent-map.ts'

/** Slices that are remembered for each generation. They cost a handle each, not their bytes. */
const limit = 1024

/**
 * Parts of chunks as Blobs. Making one keeps the worker waiting for another process, on the way of the answer: so they
 * are kept for those who come again.
 */
export interface RememberedSlices {
  /** The bytes `[start, end)` of a chunk, of which this is the Blob. */
  take(index: number, blob: Blob, part: ChunkPart): Blob
  /** Lets go of all: a slice keeps what was deleted from being deleted. */
  clear(): void
}

/** Makes the {@link RememberedSlices} of a generation. */
export function createRememberedSlices(): RememberedSlices {
  const slices = createRecentMap<string, { readonly of: Blob; readonly slice: Blob }>(limit)
  return {
    take(index, blob, { start, end }) {
      if (start === 0 && end === blob.size) return blob
      const key = `${index}:${start}-${end}`
      const known = slices.get(key)
      // A chunk that was opened anew has another Blob.
      if (known?.of === blob) return known.slice
      const slice = blob.slice(start, end)
      slices.set(key, { of: blob, slice })
      return slice
    },
    clear: () => slices.clear(),
  }
}
