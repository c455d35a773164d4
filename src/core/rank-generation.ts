/** What the rank of a version depends on. */
export interface RankedGeneration {
  /** Key of its disk. */
  readonly url: string
  readonly state: 'active' | 'waiting' | 'retired'
  /** Bytes of its stored chunks; absent while nothing was counted. */
  readonly storedBytes?: number
}

/**
 * In which order versions give up chunks for others: 0 for those that no new session gets, 1 for those that nobody reads now,
 * and 2 for the others.
 *
 * @param all - the versions of its disk, itself included; others do no harm.
 */
export function rankGeneration(
  generation: RankedGeneration,
  { isRead, all }: { readonly isRead: boolean; readonly all: readonly RankedGeneration[] },
): 0 | 1 | 2 {
  if (isRead) return 2
  return generation.state === 'active' || isFallback(generation, all) ? 1 : 0
}

/** Whether this is what boots if the network goes now: more of it is stored than of the version that took its place. */
function isFallback(
  { url: disk, state: own, storedBytes: stored = 0 }: RankedGeneration,
  all: readonly RankedGeneration[],
): boolean {
  if (own !== 'retired') return false
  const rivals = all.filter(({ url }) => url === disk)
  const isBeaten = rivals.some(({ state, storedBytes = 0 }) =>
    state === 'active' ? storedBytes >= stored : state === 'retired' && storedBytes > stored,
  )
  return !isBeaten
}
