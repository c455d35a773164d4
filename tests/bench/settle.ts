import { setTimeout as sleep } from 'node:timers/promises'
import type { Lane } from './lane.ts'

/** Time in which nothing changes. */
const quietMs = 400
/** A store that keeps tidying up shall not hold up all the others. */
const maxLooks = 25

/** Resolves when the origin has nothing left to send, and the browser counts no other bytes for the site than before. */
export async function settle(lane: Lane): Promise<void> {
  await lane.whenIdle()
  let last = await usageOf(lane)
  for (let look = 0; look < maxLooks; look++) {
    await sleep(quietMs)
    const usage = await usageOf(lane)
    if (usage === last) return
    last = usage
  }
}

async function usageOf({ page }: Lane): Promise<number | undefined> {
  return page.evaluate(async () => (await navigator.storage.estimate()).usage)
}
