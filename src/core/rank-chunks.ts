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

/**
 * Everything that takes room, in the order in which it would go: first what no new session reads, then what nobody reads
 * now, and of these the coldest (`chunk-use.ts`). Pinned chunks are last.
 *
 * @param pinsOf - what is pinned of a disk.
 * @param minute - now, as `minuteOf` tells it.
 */
export function rankChunks(
  disks: readonly DiskChunks[],
  pinsOf: (url: string) => readonly ByteRange[],
  minute: number,
): RankedChunk[] {
  const candidates: Candidate[] = []
  for (const { url, generations } of disks) {
    for (const generation of generations) {
      const found = candidatesOf(url, generation, { pins: pinsOf(url), minute })
      for (const candidate of found) candidates.push(candidate)
    }
  }
  candidates.sort((a, b) => a.rank - b.rank || b.cold - a.cold)
  return candidates.map(({ rank: _rank, cold: _cold, ...chunk }) => chunk)
}

function* candidatesOf(
  url: string,
  { id, size, chunkSize, state, isRead, pages }: GenerationChunks,
  { pins, minute }: { pins: readonly ByteRange[]; minute: number },
): Generator<Candidate> {
  const grid = { sizeBytes: size, chunkSize }
  const pinned = runsTouching(grid, pins)
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
        rank: isPinned ? 3 : isRead ? 2 : state === 'active' ? 1 : 0,
        cold: coldness(use, minute),
      }
    }
  }
}
