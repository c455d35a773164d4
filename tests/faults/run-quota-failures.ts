import type { CDPSession } from '@playwright/test'

import { createDice, seedOfCycle } from './dice.ts'
import { addFaults } from './fault-tally.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import { judgeDisk, judgeRead, Violation } from './judge-disk.ts'
import { quotaKindOf } from './quota-kind.ts'

/** Takes the room away in the middle of random work, so many times: no read may fail for it, and none may be wrong. */
export async function runQuotaFailures(
  world: FaultWorld,
  { seed, failures, tally }: { seed: number; failures: number; tally: FaultTally },
): Promise<void> {
  let failed = 0
  for (let round = 0; failed < failures; round++) {
    try {
      const count = await runRound(world, { seed: seedOfCycle(seed, round), tally })
      failed += count
    } catch (error) {
      if (!(error instanceof Error)) throw error
      error.message += `\nin round ${round} of seed ${seed} (${world.store})`
      throw error
    }
  }
}

/** @returns how often storing was refused. */
async function runRound(
  world: FaultWorld,
  { seed, tally }: { seed: number; tally: FaultTally },
): Promise<number> {
  const dice = createDice(seed)
  const { page, site } = world
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(site.url)
  let failures = 0
  let newsLeft = dice.below(12)
  let violation: unknown
  let limiting: Promise<void> | undefined
  const limit = async (): Promise<void> => {
    const { usage } = await session.send('Storage.getUsageAndQuota', { origin })
    await override(session, { origin, quotaSize: usage + dice.below(200_000) })
  }
  world.onNews = (news) => {
    if (newsLeft-- === 0) limiting = limit()
    const kind = limiting && quotaKindOf(news)
    if (kind !== undefined) {
      failures++
      addFaults(tally, { quotaFailures: 1, quotaKinds: { [kind]: 1 } })
    }
    try {
      if (news.kind === 'read') {
        judgeRead(news.read, world, tally)
        if (news.read.kind !== 'right') throw new Violation(`without room: ${news.read.kind}`)
      }
    } catch (error) {
      violation ??= error
    }
  }
  await page.evaluate(async () =>
    (await globalThis.sectorcache.ready).disk('/disks/faults.img').evict(),
  )
  const plan = { seed, operations: 8, lanes: 3, changes: false, evictions: false }
  await withinTime(
    'work without room',
    page.evaluate((all) => globalThis.faultPage.run(all), plan),
  )
  await limiting
  world.onNews = () => undefined
  if (violation !== undefined) throw violation
  if (dice.below(4) === 0) {
    tally.kills++
    await world.kill(dice.oneOf(['worker', 'browser']))
    await withinTime('starting again', world.restart())
  }
  // Where there is no room even to note what goes, data goes before its bit (docs/decisions/0012).
  await judgeDisk(world, tally, { dice, isKept: false })
  // A browser that is new has no limit either.
  if (!page.isClosed()) {
    await override(session, { origin })
    await session.detach()
  }
  return failures
}

async function override(
  session: CDPSession,
  limit: { origin: string; quotaSize?: number },
): Promise<void> {
  await session.send('Storage.overrideQuotaForOrigin', limit)
}
