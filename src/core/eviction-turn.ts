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

/** When some data goes: see {@link compareTurns}. */
export interface EvictionTurn {
  /** Whether it stays in any case. */
  readonly isKept: boolean
  readonly rank: number
  /** Milliseconds since it was given out; Infinity if that was not just now. */
  readonly readAgoMs: number
  /** See `coldness`. */
  readonly cold: number
}

/**
 * Finds when data goes. Who gives up what others have too frees nothing: so it goes with all the chunks that have it, when the
 * last of them would go, and not at all if one of them is kept.
 *
 * @param claims - of all chunks that have the data; one at least.
 * @param minute - now, as `minuteOf` tells it.
 */
export function findTurn(claims: readonly DataClaim[], minute: number): EvictionTurn {
  const turns = claims.map(({ rank, use, isKept, readAgoMs = Infinity }) => {
    return { isKept, rank, readAgoMs, cold: coldness(use, minute) }
  })
  return turns.reduce((last, turn) => (compareTurns(last, turn) < 0 ? turn : last))
}

/**
 * Compares turns for `sort`: what goes first comes first. That is what has the lower rank; of one rank, what was not given out
 * just now, and then what was longer ago; and of that, the colder.
 */
export function compareTurns(a: EvictionTurn, b: EvictionTurn): number {
  return (
    Number(a.isKept) - Number(b.isKept) ||
    a.rank - b.rank ||
    // Uses are told apart by minutes only: in a store that is filled within one, what is being read would go like the rest.
    b.readAgoMs - a.readAgoMs ||
    b.cold - a.cold
  )
}
