import { setTimeout as sleep } from 'node:timers/promises'

import { stopWorkers } from '../support/profile.ts'
import { createDice, seedOfCycle } from './dice.ts'
import { faultDisk } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld, Victim } from './fault-world.ts'
import { judgeDisk, Violation } from './judge-disk.ts'
import { coveredChunks } from './ledger.ts'
import { storePart } from './run-bodies.ts'

const { sizeBytes } = faultDisk

/** Opening and bringing up to date takes about so long. */
const migrationMs = 60

const victims: readonly [Victim, ...Victim[]] = ['browser', 'worker', 'storage']

/** Kills while the catalog is brought from version 1 to that of today: nothing of what it had may be lost, or be wrong. */
export async function runMigrationKills(
  world: FaultWorld,
  { seed, kills, tally }: { seed: number; kills: number; tally: FaultTally },
): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    const dice = createDice(seedOfCycle(seed, kill))
    const victim = dice.oneOf(victims)
    const afterMs = dice.below(migrationMs)
    try {
      world.onNews = () => undefined
      await storePart(world, sizeBytes)
      // After a take-over that was killed, another version may wait: that is the one that was prefetched then.
      const before = coveredChunks(await withinTime('status() before', world.status()))
      if (before.size === 0) throw new Error('nothing of the disk was stored')
      await stopWorkers(world.page)
      const withData = await world.page.evaluate(() => globalThis.faultPage.downgradeCatalog())
      if (withData === 0) throw new Error('the catalog of version 1 has no chunks')
      // Wakes a worker, which opens the catalog. What is killed answers no more.
      const woken = world.status().catch(() => undefined)
      await sleep(afterMs)
      tally.kills++
      await world.kill(victim)
      if (victim !== 'browser') await withinTime('what was under way', woken)
      await withinTime('starting again', world.restart())
      const covered = coveredChunks(await withinTime('status()', world.status()))
      const lost = [...before].filter((index) => !covered.has(index)).length
      tally.lostChunks += lost
      if (lost > 0) throw new Violation(`${lost} chunks were lost`)
      await judgeDisk(world, tally, { dice, isKept: true })
      const version = await world.page.evaluate(() => globalThis.faultPage.versionOfCatalog())
      if (version < 2) throw new Violation(`the catalog is of version ${version} still`)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      error.message += `\nin migration ${kill} of seed ${seed} (${victim} after ${afterMs} ms)`
      throw error
    }
  }
}
