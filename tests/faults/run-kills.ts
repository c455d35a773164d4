import { seedOfCycle } from './dice.ts'
import type { FaultTally } from './fault-tally.ts'
import type { FaultWorld, Victim } from './fault-world.ts'
import { runKillCycle } from './kill-cycle.ts'
import { createLedger } from './ledger.ts'

/** Kills to make, one after the other, on one profile. */
export interface KillRun {
  readonly seed: number
  readonly kills: number
  /** Whether they are made while versions are taken over. @default false */
  readonly updates?: boolean
  readonly tally: FaultTally
  readonly trace?: (text: string) => void
}

/** Workers die most often. */
const victims: readonly [Victim, ...Victim[]] = ['worker', 'browser', 'worker', 'page', 'storage']

/** Kills in the middle of random work, and judges what is left each time. @throws with seed and number of the kill */
export async function runKills(
  world: FaultWorld,
  { seed, kills, tally, trace, updates = false }: KillRun,
): Promise<void> {
  const ledger = createLedger()
  for (let cycle = 0; cycle < kills; cycle++) {
    const traced: string[] = []
    try {
      const options = { seed: seedOfCycle(seed, cycle), ledger, tally, victims, updates }
      await runKillCycle(world, {
        ...options,
        trace(text) {
          traced.push(text)
          trace?.(text)
        },
      })
    } catch (error) {
      if (!(error instanceof Error)) throw error
      error.message += `\nin kill ${cycle} of seed ${seed} (${world.store}):\n${traced.join('\n')}`
      throw error
    }
  }
}
