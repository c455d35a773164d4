import { bitsOf, hasBit } from './bitmap.ts'
import { byteLengthOf } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'
import { chunkBytes } from './chunk-grid.ts'
import { isInRuns, runsTouching } from './chunk-runs.ts'
import { lastUsedAt } from './chunk-use.ts'
import type { DiskChunks, GenerationChunks } from './disk-chunks.ts'
import { compareTurns, findTurn } from './eviction-turn.ts'
import type { DataClaim } from './eviction-turn.ts'

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
  /** Then it stays: it is pinned, or a chunk that has the same data is. */
  readonly isPinned: boolean
}

type Candidate = Omit<RankedChunk, 'isPinned'> & DataClaim

/** What {@link rankChunks} goes by. */
export interface RankTerms {
  /** What is pinned of a disk. */
  readonly pinsOf: (url: string) => readonly ByteRange[]
  /** The rank of a version, by its id: see `rank-generation.ts`. */
  readonly rankOf: (generation: string) => number
  /** Now, as `minuteOf` tells it. */
  readonly minute: number
  /** All chunks that have the data of this one, the same object for each of them; `undefined` if no other has. */
  readonly usersOf: (key: [generation: string, index: number]) => object | undefined
}

/**
 * Everything that takes room, in the order in which it would go (`eviction-turn.ts`): chunks that have their data in common go
 * together. What stays is last.
 */
export function rankChunks(disks: readonly DiskChunks[], terms: RankTerms): RankedChunk[] {
  const data = new Map<object, Candidate[]>()
  for (const { url, generations } of disks) {
    for (const generation of generations) {
      for (const candidate of candidatesOf(url, generation, terms)) {
        const key = terms.usersOf([candidate.generation, candidate.index]) ?? candidate
        const users = data.get(key)
        if (users === undefined) data.set(key, [candidate])
        else users.push(candidate)
      }
    }
  }
  const ordered = Array.from(data.values(), (users) => {
    return { users, turn: findTurn(users, terms.minute) }
  })
  ordered.sort((a, b) => compareTurns(a.turn, b.turn))
  return ordered.flatMap(({ users, turn }) =>
    users.map(({ rank: _rank, use: _use, isKept: _isKept, bytes, ...chunk }, at) => ({
      ...chunk,
      bytes: at === users.length - 1 ? bytes : 0,
      isPinned: turn.isKept,
    })),
  )
}

function* candidatesOf(
  url: string,
  { id, size, chunkSize, pages }: GenerationChunks,
  { pinsOf, rankOf }: RankTerms,
): Generator<Candidate> {
  const grid = { sizeBytes: size, chunkSize }
  const pinned = runsTouching(grid, pinsOf(url))
  for (const { first, stored, zero, uses } of pages) {
    for (const index of bitsOf(stored, first)) {
      // It takes no room.
      if (hasBit(zero, index - first)) continue
      const use = uses?.[index - first] ?? 0
      yield {
        url,
        generation: id,
        index,
        bytes: byteLengthOf(chunkBytes(grid, index)),
        lastUsedAt: lastUsedAt(use),
        rank: rankOf(id),
        use,
        isKept: isInRuns(pinned, index),
      }
    }
  }
}
