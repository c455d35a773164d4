import type { Round } from './row.ts'

/**
 * Measures all contenders in each round, one after the other. Each round begins with another one, so that
 * what comes and goes on the machine hits all of them alike.
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
    for (let at = 0; at < contenders.length; at++) {
      const contender = contenders[(at + round) % contenders.length] as string
      samples[contender] = await measure(contender, round)
    }
    measured.push(samples)
  }
  return measured
}
