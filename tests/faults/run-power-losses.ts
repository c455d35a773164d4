import { createDice, seedOfCycle } from './dice.ts'
import { faultDisk } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import { openFaultWorld, withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import { judgeDisk, Violation } from './judge-disk.ts'
import { coveredChunks } from './ledger.ts'
import { createLoopDisk, findLoopObstacle } from './loop-disk.ts'

/** How often the power is to be lost. */
export interface PowerRun {
  readonly seed: number
  readonly losses: number
  readonly tally: FaultTally
}

/**
 * Loses the power in the middle of random work: the profile lies on a file system of its own, whose image is copied
 * without what was not flushed. What the default store says it has is there; from OPFS nothing wrong is served.
 *
 * Says so and does nothing where file systems cannot be mounted.
 */
export async function runPowerLosses({ seed, losses, tally }: PowerRun): Promise<void> {
  const obstacle = await findLoopObstacle()
  if (obstacle !== undefined) {
    console.log(`power losses: skipped, ${obstacle}`)
    return
  }
  for (let loss = 0; loss < losses; loss++) {
    const store = loss % 2 === 0 ? 'idb' : 'opfs'
    try {
      await losePower(store, seedOfCycle(seed, loss), tally)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      error.message += `\nin power loss ${loss} of seed ${seed} (${store})`
      throw error
    }
  }
}

async function losePower(store: 'idb' | 'opfs', seed: number, tally: FaultTally): Promise<void> {
  const dice = createDice(seed)
  let disk = await createLoopDisk()
  try {
    // The browser makes its profile; then it is at rest, and on the disk.
    const world = await openFaultWorld({ store, folder: `${disk.folder}/profile` })
    let due: ReadonlySet<number>
    try {
      await disk.flush()
      due = await workUntil(world, 1 + dice.below(8), seed)
      const after = await disk.cut((copy) => world.kill('browser', copy))
      disk = after
      await world.moveTo(`${after.folder}/profile`)
      await withinTime('starting again', world.restart())
      tally.powerLosses++
      const covered = coveredChunks(await withinTime('status()', world.status()))
      const missing = [...due].filter((chunk) => !covered.has(chunk))
      if (store === 'idb') {
        tally.lostChunks += missing.length
        if (missing.length > 0) {
          throw new Violation(`lost with the power: chunks ${missing.join(', ')} of ${due.size}`)
        }
      }
      await judgeDisk(world, tally, { dice, isKept: store === 'idb' }).catch((error) =>
        explain(error, world),
      )
    } finally {
      await world.close()
    }
  } finally {
    await disk.remove()
  }
}

/** Says of what was wrong whether the data is what the checksums were made of. @throws always */
async function explain(error: unknown, { page }: FaultWorld): Promise<never> {
  if (error instanceof Violation) {
    error.message += `\n${await findDamage(page)}`
  }
  throw error
}

async function findDamage(page: FaultWorld['page']): Promise<string> {
  try {
    const { checkedBytes, damagedBytes, missingBytes } = await withinTime(
      'verify()',
      page.evaluate(
        async (url) => (await globalThis.sectorcache.ready).disk(url).verify(),
        faultDisk.url,
      ),
    )
    return `of ${checkedBytes} stored bytes, verify() finds ${damagedBytes} damaged and ${missingBytes} missing`
  } catch (error) {
    return `verify() failed: ${String(error)}`
  }
}

/** Lets the page prefetch until so many chunks were reported stored. @returns those that were */
async function workUntil(
  world: FaultWorld,
  reports: number,
  seed: number,
): Promise<ReadonlySet<number>> {
  const due = new Set<number>()
  let left = reports
  const reached = new Promise<void>((resolve) => {
    world.onNews = (news) => {
      if (news.kind !== 'stored') return
      for (const chunk of news.chunks) due.add(chunk)
      if (--left === 0) resolve()
    }
  })
  // Without evictions: all that is reported must stay.
  const work = world.page
    .evaluate((plan) => globalThis.faultPage.run(plan), {
      seed,
      operations: 40,
      lanes: 2,
      changes: false,
      evictions: false,
    })
    .catch(() => undefined) // the power goes in the middle of it
  await withinTime('work until the power is lost', Promise.race([reached, work]))
  world.onNews = () => undefined
  return due
}
