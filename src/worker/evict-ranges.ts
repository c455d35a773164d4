import type { ByteRange } from '../core/byte-range.ts'
import { chunksInside, joinRuns } from '../core/chunk-grid.ts'
import { bytesOfRuns } from '../core/chunk-runs.ts'
import type { EvictionTerms } from '../storage/evict-chunks.ts'
import type { Eviction, StoredGeneration } from '../storage/stored-generation.ts'

/**
 * Gives up the chunks that lie wholly inside `ranges`, or all, but none that is pinned by then.
 *
 * @returns what went, and the bytes that stay for their pins.
 */
export async function evictRanges(
  { grid, evict }: StoredGeneration,
  ranges?: readonly ByteRange[],
): Promise<Eviction & { pinnedBytes: number }> {
  const spared = new Set<number>()
  const mayGo: EvictionTerms['mayGo'] = (index, _page, isPinned) => {
    if (isPinned) spared.add(index)
    return !isPinned
  }
  let [chunks, bytes] = [0, 0]
  for (const range of ranges ?? [{ start: 0, end: grid.sizeBytes }]) {
    const evicted = await evict(chunksInside(grid, range), { mayGo })
    chunks += evicted.chunks
    bytes += evicted.bytes
  }
  return { chunks, bytes, pinnedBytes: bytesOfRuns(grid, joinRuns([...spared])) }
}
