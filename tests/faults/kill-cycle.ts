import type { WorkloadNews } from './browser/workload.ts'
import { createDice } from './dice.ts'
import { faultDisk, faultEtag } from './fault-disk.ts'
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
  const startedAt = Date.now()
  const changes: boolean | 'updates' = cycle.updates === true ? 'updates' : dice.below(3) === 0
  const moment = rollMoment(dice, changes)
  trace?.(`${victim} at ${JSON.stringify(moment)}${changes ? ', with changes' : ''}`)

  let violation: unknown
  const kill = async (): Promise<void> => {
    tally.kills++
    trace?.('  the kill')
    if (victim === 'worker' || victim === 'browser') ledger.workerEnded()
    await world.kill(victim)
  }
  const strike = aimStrike(world, moment, kill)
  const noted: Promise<void>[] = []
  world.onNews = async (news) => {
    const noting = note(news, world, cycle).catch((error: unknown) => {
      violation ??= error
    })
    // The origin may be changing still when the page that wanted it is dead.
    noted.push(noting)
    await noting
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
  if (!(await strike.end())) await kill()
  await Promise.all(noted)
  world.onNews = () => undefined
  if (violation !== undefined) throw violation
  await withinTime('starting again', world.restart())
  const { resetAt = 0 } = await withinTime('storage()', world.storage())
  if (resetAt > startedAt) {
    // Nobody but the browser can say so.
    trace?.('  the browser threw its database away')
    tally.resets++
    ledger.givingUp()
  }

  await judgeKept(world, cycle, `after a kill of ${victim}`)
  world.onNews = (news) => {
    if (news.kind !== 'stored') trace?.(`  ${JSON.stringify(news)}`)
  }
  await world.page.evaluate(() => globalThis.faultPage.listen())
  await judgeDisk(world, tally, { dice, isKept: world.store === 'idb' })
  await judgeKept(world, cycle, 'when it was read again')
  world.onNews = () => undefined
}

/** Nothing is under way: what must be there is there. */
async function judgeKept(
  world: FaultWorld,
  { ledger, tally, trace }: KillCycle,
  when: string,
): Promise<void> {
  await withinTime('status()', world.status())
  const { url } = faultDisk
  const kept = await world.page.evaluate((disk) => globalThis.faultPage.readKept(disk), url)
  const originEtag = faultEtag(world.version)
  const told = kept.map(
    ({ id, state, etag, chunks }) => `${state} ${id} ${etag} (${chunks.length} chunks)`,
  )
  trace?.(`  ${when}: origin ${originEtag}, session ${world.sessionEtag}; ${told.join(', ')}`)
  const [loss, ...others] = world.store === 'idb' ? ledger.missing(kept, originEtag) : []
  if (loss !== undefined) {
    for (const { chunks } of [loss, ...others]) tally.lostChunks += chunks.length
    const counts = await world.page.evaluate(() => globalThis.faultPage.countCatalog())
    throw new Violation(
      `lost ${when}: chunks ${loss.chunks.join(', ')} of ${loss.generation}; the catalog has ${JSON.stringify(counts)}`,
    )
  }
  ledger.look(kept)
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
