import { hasChecksum } from './checksum.ts'
import type { ChunkStore } from './chunk-store.ts'

/** Chunks up to this size are read whole. */
const smallBytes = 64 * 1024

/** The bytes `[start, end)` of a chunk. */
export interface ChunkPart {
  readonly start: number
  readonly end: number
}

/**
 * Tries data before it is given out: a body that cannot be read is a network error for the reader, again and
 * again.
 */
export interface DataCheck {
  /** Whether the next {@link DataCheck.run} reads all of the chunk. */
  isDue(index: number): boolean
  /** Resolves to whether the data is good. */
  run(
    index: number,
    data: Blob,
    expected: { checksum: Uint8Array; part: ChunkPart },
  ): Promise<boolean>
}

/**
 * Makes the check of a store. Where a power loss can leave a bit without its data, the checksum is compared, once
 * in a worker's life; otherwise see {@link canRead}.
 */
export function createDataCheck({ isDurable }: Pick<ChunkStore, 'isDurable'>): DataCheck {
  const checked = new Set<number>()
  const isDue = (index: number): boolean => !isDurable && !checked.has(index)
  return {
    isDue,
    async run(index, data, { checksum, part }) {
      if (!isDue(index)) return canRead(data, part)
      const isGood = await hasChecksum(data, checksum)
      if (isGood) checked.add(index)
      return isGood
    },
  }
}

/** Whether a part can be read, by its last byte: a file that is gone or cut short has none. */
export async function canRead(data: Blob, { end }: Pick<ChunkPart, 'end'>): Promise<boolean> {
  try {
    // No slices of small ones: see docs/decisions/0007.
    const [tried, length] =
      data.size <= smallBytes ? [data, data.size] : [data.slice(end - 1, end), 1]
    return (await tried.arrayBuffer()).byteLength === length
  } catch {
    return false
  }
}
