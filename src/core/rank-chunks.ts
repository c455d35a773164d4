import { bitsOf, hasBit } from './bitmap.ts'
import { byteLengthOf } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'
import { chunkBytes } from './chunk-grid.ts'
import { isInRuns, runsTouching } from './chunk-runs.ts'
import { coldness, lastUsedAt } from './chunk-use.ts'
import type { DiskChunks, GenerationChunks } from './disk-chunks.ts'

/** A chunk that takes room. */
export interface RankedChunk {
  readonly url: string
  /** The id of its version. */
  readonly generation: string
  readonly index: number
  /** What is free when it goes, after those before it: 0 while others have the same data. */
  readonly bytes: number
  /** Milliseconds since the epoch; 0 if nobody kept that. */
  readonly lastUsedAt: number
  /** Then it stays. */
  readonly isPinned: boolean
}

interface Candidate extends RankedChunk {
  readonly rank: number
  readonly cold: number
}

/** What {@link rankChunks} goes by. */
export interface RankTerms {
  /** What is pinned of a disk. */
  readonly pinsOf: (url: string) => readonly ByteRange[]
  /** Now, as `minuteOf` tells it. */
  readonly minute: number
  readonly shared: {
    /** Whether other stored chunks have the data of this one too. */
    isShared(key: [generation: string, index: number]): boolean
    /** A chunk is given up. @returns whether its data goes with it */
    release(key: [generation: string, index: number]): boolean
  }
}

/**
 * Everything that takes room, in the order in which it would go: first what no new session reads, then what nobody reads
 * now, and of these the coldest (`chunk-use.ts`). What shares its data with others comes after all that does not, and pinned
 * chunks are last.
 */
export function rankChunks(disks: readonly DiskChunks[], terms: RankTerms): RankedChunk[] {
  const candidates: Candidate[] = []
  for (const { url, generations } of disks) {
    for (const generation of generations) {
      for (const candidate of candidatesOf(url, generation, terms)) candidates.push(candidate)
    }
  }
  candidates.sort((a, b) => a.rank - b.rank || b.cold - a.cold)
  return candidates.map(({ rank: _rank, cold: _cold, ...chunk }) => {
    const isFreed = terms.shared.release([chunk.generation, chunk.index])
    return isFreed ? chunk : { ...chunk, bytes: 0 }
  })
}

function* candidatesOf(
  url: string,
  { id, size, chunkSize, state, isRead, pages }: GenerationChunks,
  { pinsOf, minute, shared }: RankTerms,
): Generator<Candidate> {
  const grid = { sizeBytes: size, chunkSize }
  const pinned = runsTouching(grid, pinsOf(url))
  const rank = isRead ? 2 : state === 'active' ? 1 : 0
  for (const { first, stored, zero, uses } of pages) {
    for (const index of bitsOf(stored, first)) {
      // It takes no room.
      if (hasBit(zero, index - first)) continue
      const use = uses?.[index - first] ?? 0
      const isPinned = isInRuns(pinned, index)
      yield {
        url,
        generation: id,
        index,
        bytes: byteLengthOf(chunkBytes(grid, index)),
        lastUsedAt: lastUsedAt(use),
        isPinned,
        rank: isPinned ? 6 : shared.isShared([id, index]) ? 3 + rank : rank,
        cold: coldness(use, minute),
      }
    }
  }
}
