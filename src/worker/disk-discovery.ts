import { isOffline } from '../origin/fetch-from-origin.ts'
import { discoverGeneration } from './discover-generation.ts'
import type { Discovered, DiscoveryPorts } from './discover-generation.ts'
import type { DiskRead } from './disk-reader.ts'
import { isOutOfReach } from './is-out-of-reach.ts'

/** Finds out what an origin has now. */
export interface DiskDiscovery {
  /** Readers that come meanwhile with the same credentials wait for the same answer; that a disk may not be stored holds for a minute. */
  discover(read: DiskRead): Promise<Discovered>
  /** As {@link DiskDiscovery.discover}, but asks in any case. */
  discoverAnew(read: DiskRead): Promise<Discovered>
  /** What was found to be let through lately. */
  lastBypass(read: DiskRead): Discovered | undefined
  /** Whether it is worth to ask the origin where the store can answer: it has not just failed to. */
  canAsk(): boolean
  /** It did not answer in time: it is not asked again for a while, where the store can answer. */
  noteSilence(): void
  forget(): void
  /** The disk was written to: also what is being found out now holds for nobody who asks later. */
  startOver(): void
}

/** How long a disk that may not be stored is let through before it is looked at again. */
const bypassMs = 60_000

/** An origin that could not be asked is not asked again for so long, where the store can answer. */
const silentMs = 5_000

/** Makes the {@link DiskDiscovery} of a disk. */
export function createDiscovery(ports: DiscoveryPorts): DiskDiscovery {
  const running = new Map<string, Promise<Discovered>>()
  let silentUntilMs = 0
  const bypasses = new Map<string, { found: Discovered; untilMs: number }>()

  async function discoverAnew(read: DiskRead): Promise<Discovered> {
    const key = keyOf(read)
    const started = running.get(key) ?? discoverGeneration(read, ports)
    running.set(key, started)
    try {
      const found = await started
      silentUntilMs = 0
      // Else somebody has written to the disk since.
      if (running.get(key) === started) remember(key, found)
      return found
    } catch (error) {
      if (isOutOfReach(error)) noteSilence()
      throw error
    } finally {
      if (running.get(key) === started) running.delete(key)
    }
  }

  function noteSilence(): void {
    silentUntilMs = performance.now() + silentMs
  }

  function remember(key: string, found: Discovered): void {
    if (found.kind === 'bypass') bypasses.set(key, { found, untilMs: Date.now() + bypassMs })
    else bypasses.delete(key)
  }

  function lastBypass(read: DiskRead): Discovered | undefined {
    const bypass = bypasses.get(keyOf(read))
    return bypass !== undefined && bypass.untilMs > Date.now() ? bypass.found : undefined
  }

  return {
    discover: async (read) => lastBypass(read) ?? discoverAnew(read),
    discoverAnew,
    lastBypass,
    canAsk: () => !isOffline() && performance.now() >= silentUntilMs,
    noteSilence,
    forget() {
      bypasses.clear()
    },
    startOver() {
      bypasses.clear()
      running.clear()
    },
  }
}

/** What one may not see or store, another may. */
function keyOf({ access: { credentials, fields } }: DiskRead): string {
  return JSON.stringify([credentials, fields])
}
