import { coldness } from './chunk-use.ts'

/** What one of the chunks that have some data says about when that may go. */
export interface DataClaim {
  /** The rank of its version, see `rank-generation.ts`. */
  readonly rank: number
  /** When and how often it was used (`chunk-use.ts`). */
  readonly use: number
  /** Whether it stays in any case: it is pinned, or being prefetched. */
  readonly isKept: boolean
  /** Milliseconds since it was given out, if that was just now: somebody may be reading it still. */
  readonly readAgoMs?: number | undefined
}

/** When some data goes: the lower rank first, and of one rank the colder. */
export interface EvictionTurn {
  /** {@link keptRank} if it stays in any case. */
  readonly rank: number
  /** See `coldness`, which is more than 0; less than that for what was given out just now. */
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
  const turns = claims.map(({ rank, use, isKept, readAgoMs }) => {
    // Uses are told apart by minutes only: in a store that is filled within one, what is being read would go like the rest.
    const cold = readAgoMs === undefined ? coldness(use, minute) : -1 / (1 + readAgoMs)
    return { rank: isKept ? keptRank : rank, cold }
  })
  return turns.reduce((last, turn) => (compareTurns(last, turn) < 0 ? turn : last))
}

/** Compares turns for `sort`: what goes first comes first. */
export function compareTurns(a: EvictionTurn, b: EvictionTurn): number {
  return a.rank - b.rank || b.cold - a.cold
}
