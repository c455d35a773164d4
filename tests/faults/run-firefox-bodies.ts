import { setTimeout as sleep } from 'node:timers/promises'

import type { CheckedRead, ReadPlan } from './browser/check-bytes.ts'
import { createDice, seedOfCycle } from './dice.ts'
import type { Dice } from './dice.ts'
import { faultDisk } from './fault-disk.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import { judgeRead, Violation } from './judge-disk.ts'
import { storePart } from './run-bodies.ts'

const { url, sizeBytes } = faultDisk

/** Answers of up to so many bytes are not streamed. */
const wholeBytes = 4 * 2 ** 20

/** Firefox ends a worker so early: pages send a ping every 10 s, which must be enough. */
export const shortLife = { idleMs: 3_000, extendedMs: 9_000 } as const

/** Longer than a worker lives without an event, if it streams and if not. */
const streamingMs = shortLife.idleMs + shortLife.extendedMs + 6_000
const idleMs = shortLife.idleMs + 3_000

/** What happens in the middle of some bodies, and how much of the disk is stored when they begin. */
export interface BodyRound {
  readonly how: 'idle' | 'update'
  readonly stored: 'nothing' | 'half' | 'all'
  /** Who reads the long one: a dedicated worker cannot keep the service worker alive by itself. */
  readonly reader: 'page' | 'worker'
}

/** Rounds by chance. */
export function rollRounds(seed: number, count: number): BodyRound[] {
  const dice = createDice(seed)
  return Array.from({ length: count }, () => ({
    how: dice.oneOf(['idle', 'update']),
    stored: dice.oneOf(['nothing', 'half', 'all']),
    reader: dice.oneOf(['page', 'worker']),
  }))
}

/**
 * Reads bodies of all kinds in Firefox, and lets the browser end the worker for idleness, or replace it, in the middle of
 * them: each arrives whole, or its reader hears of an error. Firefox ends a stream of a worker that it stops as if it were
 * complete.
 *
 * @returns how many arrived whole.
 */
export async function runFirefoxBodies(
  world: FaultWorld,
  { seed, rounds, tally }: { seed: number; rounds: readonly BodyRound[]; tally: FaultTally },
): Promise<{ whole: number; broken: number }> {
  const counted = { whole: 0, broken: 0 }
  for (const [at, round] of rounds.entries()) {
    try {
      for (const read of await runRound(world, round, createDice(seedOfCycle(seed, at)))) {
        judgeRead(read, world, tally)
        if (read.kind === 'right') counted.whole++
        else counted.broken++
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const { how, stored, reader } = round
      error.message += `\nin round ${at} (${how}, ${stored} stored, ${reader}) of seed ${seed} (Firefox)`
      throw error
    }
    tally.kills++
  }
  return counted
}

async function runRound(
  world: FaultWorld,
  { how, stored, reader }: BodyRound,
  dice: Dice,
): Promise<CheckedRead[]> {
  await storePart(world, { nothing: 0, half: sizeBytes / 2, all: sizeBytes }[stored])
  const before = await livingWorkers(world)
  // What the origin has sent may be in the browser's pipes, safe from everything: so it sends no more.
  const held = holdOrigin(world)
  const long: ReadPlan = { url, start: dice.below(4096), end: sizeBytes }
  const short: ReadPlan = { ...long, end: long.start + wholeBytes }
  const inPage = reader === 'page' ? [long, short] : [short]
  const reading = inPage.map((plan) =>
    world.page.evaluate((all) => globalThis.faultPage.readAll(all), [plan]),
  )
  if (reader === 'worker') {
    reading.push(world.page.evaluate((all) => globalThis.faultPage.readAllInWorker(all), [long]))
  }
  const reads = Promise.all(reading)
  if (stored !== 'all') await Promise.race([held.reached, reads])
  if (how === 'update') await world.beginUpdate()
  else await sleep(stored === 'all' ? idleMs : streamingMs)
  const isSpared = (await livingWorkers(world)).some((name) => before.includes(name))
  held.release()
  const read = await withinTime('bodies', reads)
  if (how === 'update') await withinTime('the update', world.endUpdate())
  // What is stored is no stream, and keeps no worker alive.
  else if (isSpared !== (stored !== 'all')) {
    throw new Violation(`after idleness the worker was ${isSpared ? 'there' : 'gone'}`)
  }
  return read.flat()
}

/** Stops the origin in the middle of its next answer, until it is released. */
function holdOrigin({ site }: FaultWorld): { reached: Promise<void>; release: () => void } {
  let [reach, go] = [(): void => undefined, (): void => undefined]
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const until = new Promise<void>((resolve) => {
    go = resolve
  })
  const fault = site.origin.faults.add((plan) => {
    const length = Number(plan.headers['Content-Length'] ?? 0)
    // A single byte asks what there is.
    if (plan.status !== 206 || length < 2) return plan
    return { ...plan, interruption: { afterBytes: length >> 1, until, onReached: reach } }
  })
  return {
    reached,
    release() {
      fault.remove()
      go()
    },
  }
}

/** The Web Locks that workers hold for their lives. */
export function livingWorkers({ page }: Pick<FaultWorld, 'page'>): Promise<string[]> {
  return page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query()
    return held.flatMap(({ name = '' }) => (name.startsWith('sectorcache-worker ') ? [name] : []))
  })
}
