import type { Round } from './row.ts'

/**
 * The order of a round. Each round begins with another contender, and every other one goes the other way round: not only
 * the beginning changes, but also who follows whom.
 *
 * @param round - the first round being 0
 */
export function orderOf<Contender>(
  contenders: readonly Contender[],
  round: number,
): readonly Contender[] {
  const start = round % contenders.length
  const rotated = [...contenders.slice(start), ...contenders.slice(0, start)]
  const [first, ...others] = rotated
  return first === undefined || round % 2 === 0 ? rotated : [first, ...others.toReversed()]
}

/**
 * Measures all contenders in each round, one after the other, in the order of {@link orderOf}, so that what comes and goes on
 * the machine, and what one leaves behind for the next, hits all of them alike.
 *
 * @param measure - gives the samples of one contender in one round, the first round being 0
 */
export async function interleave(
  rounds: number,
  contenders: readonly string[],
  measure: (contender: string, round: number) => Promise<readonly number[]>,
): Promise<Round[]> {
  const measured: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const samples: Record<string, readonly number[]> = {}
    for (const contender of orderOf(contenders, round)) {
      samples[contender] = await measure(contender, round)
    }
    measured.push(samples)
  }
  return measured
}
