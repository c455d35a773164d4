import { setTimeout as sleep } from 'node:timers/promises'

import { stopWorkers } from '../support/profile.ts'
import type { StorageCensus } from './browser/find-ownerless.ts'
import { faultDisk } from './fault-disk.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import { Violation } from './judge-disk.ts'

/** A worker sweeps some seconds after its first read. */
const sweepMs = 3_000

/** Each worker looks for orphans in some places only: after so many lives all have been seen, by all odds. */
const maxLives = 20

/** What LevelDB has not tidied up, the worker's script and the page's files take, at the most. */
const slackBytes = 24 * 2 ** 20

/**
 * Lets workers sweep what the faults have left, and judges what the site stores then.
 *
 * @returns the bytes of data, and those that the browser counts.
 * @throws {Violation} when something is left that belongs to nothing, or the browser counts far more than there is.
 */
export async function judgeLeaks(world: FaultWorld): Promise<StorageCensus> {
  const { page } = world
  for (let life = 1; ; life++) {
    await page.evaluate(() => globalThis.faultPage.makeTombstonesDue())
    await stopWorkers(page)
    await page.evaluate((url) => fetch(url, { headers: { Range: 'bytes=0-0' } }), faultDisk.url)
    await sleep(sweepMs)
    const census = await withinTime(
      'looking at the storage',
      page.evaluate(() => globalThis.faultPage.findOwnerless()),
    )
    const { ownerless, dataBytes, usageBytes } = census
    if (ownerless.length === 0 && usageBytes <= dataBytes + slackBytes) return census
    if (life < maxLives) continue
    const left = ownerless.slice(0, 20).join('; ')
    throw new Violation(
      `${ownerless.length} things without an owner (${left}), ${dataBytes} bytes of data, ${usageBytes} used`,
    )
  }
}
