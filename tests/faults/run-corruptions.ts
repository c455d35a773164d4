import { setTimeout as sleep } from 'node:timers/promises'

import { stopWorkers } from '../support/profile.ts'
import type { ReadPlan } from './browser/check-bytes.ts'
import type { Spoiling } from './browser/spoil-storage.ts'
import { createDice, seedOfCycle } from './dice.ts'
import { faultDisk } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import { judgeRead, readAll, Violation } from './judge-disk.ts'
import { coveredChunks } from './ledger.ts'

const { url, sizeBytes, chunkSize } = faultDisk

/** Files of OPFS are spoiled under the Blobs of readers: such a read fails, and comes right when it is repeated. */
const maxRepeats = 5
const repeatMs = 600

/** Spoils stored chunks behind the cache's back, so many in all; every byte that is served must be right all the same. */
export async function runCorruptions(
  world: FaultWorld,
  { seed, corruptions, tally }: { seed: number; corruptions: number; tally: FaultTally },
): Promise<void> {
  let done = 0
  for (let round = 0; done < corruptions; round++) {
    const dice = createDice(seedOfCycle(seed, round))
    const isCleared = dice.below(8) === 0
    const how = dice.oneOf<Spoiling>(spoilingsOf(world))
    try {
      await restore(world, tally)
      if (isCleared) {
        await withinTime(
          'clearing',
          world.page.evaluate(() => globalThis.faultPage.clearStorage()),
        )
        done++
        tally.corruptions++
      } else {
        const { store } = world
        const plan = { store, how, count: 1 + dice.below(6), from: dice.below(96) }
        const count = await withinTime(
          'spoiling',
          world.page.evaluate((all) => globalThis.faultPage.spoilChunks(all), plan),
        )
        // Also after a clearing, a page that answers within half a second has the store that it asks for.
        if (count === 0) throw new Violation(`the disk is stored, but not in ${store}`)
        done += count
        tally.corruptions += count
      }
      // A worker compares a file with its checksum once in its life: what is altered later, verify() finds.
      if (how === 'alter' || dice.below(2) === 0) await stopWorkers(world.page)
      await readWhole(world, tally)
      // That all is gone is noticed at the latest by the next worker.
      if (isCleared) await stopWorkers(world.page)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const what = isCleared ? 'clear' : how
      error.message += `\nin round ${round} (${what}) of seed ${seed} (${world.store})`
      throw error
    }
  }
}

/** Records that are altered in their middle are found by verify() alone: nothing tears a record of IndexedDB. */
function spoilingsOf({ store }: FaultWorld): readonly [Spoiling, ...Spoiling[]] {
  return store === 'idb' ? ['delete', 'cut'] : ['delete', 'cut', 'alter']
}

/** Reads the disk until all of it is stored, and can be read without its origin. */
async function restore(world: FaultWorld, tally: FaultTally): Promise<void> {
  await withinTime(
    'storing the disk',
    (async () => {
      while (!(await isAllStored(world))) await readWhole(world, tally)
    })(),
  )
}

async function isAllStored(world: FaultWorld): Promise<boolean> {
  const covered = coveredChunks(await world.status())
  if (covered.size < Math.ceil(sizeBytes / chunkSize)) return false
  const reads = await readAll(world, plansOf({ cache: 'only-if-cached' }))
  return reads.every(({ kind }) => kind === 'right')
}

async function readWhole(world: FaultWorld, tally: FaultTally): Promise<void> {
  let plans = plansOf({})
  for (let time = 0; plans.length > 0; time++) {
    const reads = await readAll(world, plans)
    for (const read of reads) judgeRead(read, world, tally)
    plans = plans.filter((_, at) => reads[at]?.kind !== 'right')
    if (plans.length === 0) return
    const kinds = new Set(reads.map(({ kind }) => kind))
    kinds.delete('right')
    const isExcused = world.store === 'opfs' && [...kinds].every((kind) => kind === 'broken')
    if (!isExcused || time === maxRepeats) {
      throw new Violation(`the disk is answered ${[...kinds].join(', ')}, and its origin is well`)
    }
    await sleep(repeatMs)
  }
}

function plansOf(options: Pick<ReadPlan, 'cache'>): ReadPlan[] {
  const plans: ReadPlan[] = []
  for (let start = 0; start < sizeBytes; start += chunkSize) {
    plans.push({ url, start, end: Math.min(start + chunkSize, sizeBytes), ...options })
  }
  return plans
}
