import type { DiskStore } from '../storage/disk-store.ts'

declare const self: ServiceWorkerGlobalScope

/** Deletes in the background what was given up. */
export interface Sweeper {
  /** To be called with every read: the first one starts the worker's first sweep. Costs nothing after that. */
  start(): void
  /** Something was given up just now: sweeps again when it is due, if the worker lives so long. */
  schedule(): void
}

/** Not on the way of the reads that woke the worker. */
const delayMs = 2_000

/**
 * Makes the {@link Sweeper} of a worker. What it does not get to, the next worker sweeps.
 *
 * @param ports - `giveUpRetired` gives up retired generations whose sessions have ended; `expire`, what nobody has used
 * for long.
 */
export function createSweeper(
  store: DiskStore,
  { giveUpRetired, expire }: { giveUpRetired(): Promise<void>; expire(): Promise<void> },
): Sweeper {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStarted = false
  let isTidy = false

  async function sweep(): Promise<void> {
    timer = undefined
    // What cannot be tidied must not keep what is due from being deleted.
    await tidy().catch(() => undefined)
    const dueAt = await store.sweep()
    if (dueAt !== undefined) sweepIn(dueAt - Date.now())
  }

  async function tidy(): Promise<void> {
    const clients = await self.clients.matchAll({ includeUncontrolled: true, type: 'all' })
    await store.sessions.sweep(new Set(clients.map(({ id }) => id)))
    await giveUpRetired()
    if (!isTidy) {
      isTidy = true
      // The one must not keep the other from its work.
      await expire().catch(() => undefined)
      await store.sweepOrphans().catch(() => undefined)
    }
  }

  function sweepIn(inMs: number): void {
    timer ??= setTimeout(() => void sweep().catch(() => undefined), Math.max(inMs, delayMs))
  }

  return {
    start() {
      if (isStarted) return
      isStarted = true
      sweepIn(delayMs)
    },
    schedule: () => sweepIn(delayMs),
  }
}
