import { setTimeout as sleep } from 'node:timers/promises'

import { createDice } from './dice.ts'
import type { FaultTally } from './fault-tally.ts'
import { withinTime } from './fault-world.ts'
import type { FaultWorld } from './fault-world.ts'
import type { HeldFile } from './held-file.ts'
import { Violation } from './judge-disk.ts'
import { livingWorkers } from './run-firefox-bodies.ts'

/** What happens in the middle of a file of the page: the worker is stopped, replaced, or left alone until Firefox ends it. */
export type ShellFault = 'stop' | 'update' | 'idle'

/** Faults by chance. */
export function rollShellFaults(
  seed: number,
  count: number,
  kinds: readonly [ShellFault, ...ShellFault[]],
): ShellFault[] {
  const dice = createDice(seed)
  return Array.from({ length: count }, () => dice.oneOf(kinds))
}

/** Longer than a worker of `shortLife` lives. */
const idleMs = 18_000

/**
 * Reads files of the page through the worker, which keeps them, and ends or replaces it in the middle of each: it arrives
 * whole, or its reader hears of an error; and what is kept is whole.
 *
 * @param file - one of the handlers of `world`.
 */
export async function runShellBodies(
  world: FaultWorld,
  { file, faults, tally }: { file: HeldFile; faults: readonly ShellFault[]; tally: FaultTally },
): Promise<{ whole: number; broken: number }> {
  const counted = { whole: 0, broken: 0 }
  for (const [at, how] of faults.entries()) {
    const { page } = world
    const before = await livingWorkers(world)
    const path = `${file.path}?${at}`
    const reached = file.reach()
    const reading = page.evaluate(readFile, path)
    await withinTime(`a file of the page (${how})`, reached)
    tally.kills++
    if (how === 'stop') await world.kill('worker')
    else if (how === 'update') await world.beginUpdate()
    else await sleep(idleMs)
    const isSpared = (await livingWorkers(world)).some((name) => before.includes(name))
    if (how !== 'update' && isSpared) throw new Error(`the worker is there after ${how}`)
    file.release()
    const read = await withinTime(`a file of the page after ${how}`, reading)
    if (how === 'update') await withinTime('the update', world.endUpdate())
    judge(`after ${how}`, read)
    if (read === undefined) counted.broken++
    else counted.whole++
    judge(`kept after ${how}`, await page.evaluate(readKept, path))
  }
  return counted

  function judge(what: string, read: Read): void {
    if (read === undefined) return
    tally.checkedBytes += read.length
    if (read.length !== file.whole.length || read.last !== file.whole.last) {
      throw new Violation(
        `a file of the page ${what} is ${read.length} bytes long, without an error`,
      )
    }
  }
}

type Read = { readonly length: number; readonly last: number | undefined } | undefined

/** In the page. */
async function readFile(path: string): Promise<Read> {
  try {
    const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer())
    return { length: bytes.length, last: bytes.at(-1) }
  } catch {
    return undefined
  }
}

/** In the page: what of the file is kept for times without a network. */
async function readKept(path: string): Promise<Read> {
  const kept = await caches.match(path)
  if (kept === undefined) return undefined
  const bytes = new Uint8Array(await kept.arrayBuffer())
  return { length: bytes.length, last: bytes.at(-1) }
}
