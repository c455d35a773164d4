import { coldness } from './chunk-use.ts'

/** What one of the chunks that have some data says about when that may go. */
export interface DataClaim {
  /** The rank of its version, see `rank-generation.ts`. */
  readonly rank: number
  /** When and how often it was used (`chunk-use.ts`). */
  readonly use: number
  /** Whether it stays in any case: it is pinned, or being prefetched. */
  readonly isKept: boolean
}

/** When some data goes: the lower rank first, and of one rank the colder. */
export interface EvictionTurn {
  /** {@link keptRank} if it stays in any case. */
  readonly rank: number
  /** See `coldness`. */
  readonly cold: number
}

/** The rank of what never goes. */
export const keptRank = 99

/**
 * Finds when data goes. Who gives up what others have too frees nothing: so it goes with all the chunks that have it, when the
 * last of them would go, and not at all if one of them is kept.
 *
 * @param claims - of all chunks that have the data; one at least.
 * @param minute - now, as `minuteOf` tells it.
 */
export function findTurn(claims: readonly DataClaim[], minute: number): EvictionTurn {
  const turns = claims.map(({ rank, use, isKept }) => {
    return { rank: isKept ? keptRank : rank, cold: coldness(use, minute) }
  })
  return turns.reduce((last, turn) => (compareTurns(last, turn) < 0 ? turn : last))
}

/** Compares turns for `sort`: what goes first comes first. */
export function compareTurns(a: EvictionTurn, b: EvictionTurn): number {
  return a.rank - b.rank || b.cold - a.cold
}
