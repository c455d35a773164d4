import { setTimeout as sleep } from 'node:timers/promises'

import { createDice, seedOfCycle } from './dice.ts'
import { faultDisk } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import { judgeRead, readAll } from './judge-disk.ts'

const { url, sizeBytes } = faultDisk

/**
 * How long a body waits for the next worker. It may wait in vain: the browser lets the old worker send what it has begun, and a
 * reader that waited for the new one for good would wait for itself.
 */
const replacedMs = 10_000

/**
 * Reads long bodies, some or all of whose bytes are stored, and ends or replaces the worker in the middle of each: it
 * arrives whole, or its reader hears of an error.
 */
export async function runBodies(
  world: FaultWorld,
  { seed, bodies, tally }: { seed: number; bodies: number; tally: FaultTally },
): Promise<{ whole: number; broken: number; replaced: number }> {
  const counted = { whole: 0, broken: 0, replaced: 0 }
  for (let body = 0; body < bodies; body++) {
    const dice = createDice(seedOfCycle(seed, body))
    const how = dice.oneOf(['stop', 'update'])
    const stored = dice.oneOf([0, sizeBytes / 2, sizeBytes])
    const start = dice.below(4096)
    const pauseAt = dice.below(sizeBytes - start)
    world.onNews = () => undefined
    await storePart(world, stored)
    const plan = { url, start, end: sizeBytes, pauseAt }
    let struck: Promise<unknown> | undefined
    world.onNews = async ({ kind }) => {
      if (kind !== 'paused') return
      tally.kills++
      struck = how === 'stop' ? world.kill('worker') : replaceWorker(world)
      await struck
    }
    const [read] = await withinTime(`a body (${how} at ${pauseAt})`, readAll(world, [plan]))
    const isReplaced = (await struck) === true
    if (read === undefined) continue
    try {
      judgeRead(read, world, tally)
      if (how === 'update' && struck !== undefined) {
        await withinTime('the update', world.endUpdate())
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      error.message += `\n${how} at byte ${pauseAt}, body ${body} of seed ${seed}`
      throw error
    }
    if (read.kind === 'right') counted.whole++
    else counted.broken++
    if (isReplaced) counted.replaced++
  }
  return counted
}

/** @returns whether the next worker has taken over. */
async function replaceWorker(world: FaultWorld): Promise<boolean> {
  await world.beginUpdate()
  const updated = world.hasUpdated().then(() => true)
  return Promise.race([updated, sleep(replacedMs, false, { ref: false })])
}

/** Sees to it that the first `bytes` of the disk are stored, and no others. */
export async function storePart({ page }: FaultWorld, bytes: number): Promise<void> {
  await withinTime(
    'preparing a body',
    page.evaluate(
      async ({ path, end, size }) => {
        const disk = (await globalThis.sectorcache.ready).disk(path)
        if (end < size) await disk.evict()
        if (end > 0) await disk.prefetch({ ranges: [{ start: 0, end }] })
      },
      { path: url, end: Math.floor(bytes), size: sizeBytes },
    ),
  )
}
