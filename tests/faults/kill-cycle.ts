import type { WorkloadNews } from './browser/workload.ts'
import { createDice } from './dice.ts'
import { faultEtag } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld, Victim } from './fault-world.ts'
import { judgeDisk, judgeRead, Violation } from './judge-disk.ts'
import type { Ledger } from './ledger.ts'
import { aimStrike, rollMoment } from './strike.ts'

/** A cycle of work, kill, restart and judgement. */
export interface KillCycle {
  readonly seed: number
  readonly ledger: Ledger
  readonly tally: FaultTally
  readonly victims: readonly [Victim, ...Victim[]]
  /** Whether versions are taken over, and killed in it. */
  readonly updates?: boolean
  readonly trace?: (text: string) => void
}

/**
 * Lets the page use the cache, kills something in the middle of it, and starts it again.
 *
 * @throws {Violation} when a wrong byte was served, a stored chunk is gone, or something hangs.
 */
export async function runKillCycle(world: FaultWorld, cycle: KillCycle): Promise<void> {
  const { ledger, tally, seed, trace } = cycle
  const dice = createDice(seed)
  const victim = dice.oneOf(cycle.victims)
  const changes: boolean | 'updates' = cycle.updates === true ? 'updates' : dice.below(3) === 0
  const moment = rollMoment(dice, changes)
  trace?.(`${victim} at ${JSON.stringify(moment)}${changes ? ', with changes' : ''}`)

  let violation: unknown
  const strike = aimStrike(world, moment, async () => {
    tally.kills++
    await world.kill(victim)
  })
  world.onNews = async (news) => {
    try {
      await note(news, world, cycle)
    } catch (error) {
      violation ??= error
    }
    strike.hear(news)
  }
  const plan = { seed, operations: 12, lanes: 3, changes }
  // What is killed answers no more.
  const work = world.page.evaluate((all) => globalThis.faultPage.run(all), plan)
  await withinTime(
    `after a kill of ${victim}, the work`,
    work.catch((error: unknown) => {
      if (victim !== 'browser' && victim !== 'page') throw error
    }),
  )
  if (!(await strike.end())) {
    tally.kills++
    await world.kill(victim)
  }
  world.onNews = () => undefined
  if (violation !== undefined) throw violation
  await withinTime('starting again', world.restart())

  const status = await withinTime('status()', world.status())
  const missing = ledger.missing(status, faultEtag(world.version))
  if (world.store === 'idb') tally.lostChunks += missing.length
  if (missing.length > 0 && world.store === 'idb') {
    throw new Violation(
      `lost after a kill of ${victim}: chunks ${missing.join(', ')} of ${ledger.describe()}; there are ` +
        `${JSON.stringify(status.generations)}, and the origin has version ${world.version}`,
    )
  }
  await judgeDisk(world, tally, { dice, isKept: world.store === 'idb' })
  ledger.look(await withinTime('status()', world.status()))
}

async function note(
  news: WorkloadNews,
  world: FaultWorld,
  { ledger, tally, trace }: KillCycle,
): Promise<void> {
  if (news.kind === 'read') {
    if (news.read.kind !== 'right') trace?.(`  read: ${news.read.kind}`)
    judgeRead(news.read, world, tally)
  } else if (news.kind === 'stored') ledger.stored(news.generation, news.chunks)
  else if (news.kind === 'evict') ledger.evicting(news.chunks)
  else if (news.kind === 'invalidate' || news.kind === 'update') ledger.givingUp()
  else if (news.kind === 'change') {
    ledger.givingUp()
    await world.change()
  } else trace?.(`  ${JSON.stringify(news)}`)
}
