import { discoverGeneration } from './discover-generation.ts'
import type { Discovered, DiscoveryPorts } from './discover-generation.ts'
import type { DiskRead } from './disk-reader.ts'

/** Finds out what an origin has now. */
export interface DiskDiscovery {
  /** Readers that come meanwhile with the same credentials wait for the same answer; that a disk may not be stored holds for a minute. */
  discover(read: DiskRead): Promise<Discovered>
  /** As {@link DiskDiscovery.discover}, but asks in any case. */
  discoverAnew(read: DiskRead): Promise<Discovered>
  /** What was found to be let through lately. */
  lastBypass(): Discovered | undefined
  forget(): void
  /** The disk was written to: also what is being found out now holds for nobody who asks later. */
  startOver(): void
}

/** How long a disk that may not be stored is let through before it is looked at again. */
const bypassMs = 60_000

/** Makes the {@link DiskDiscovery} of a disk. */
export function createDiscovery(ports: DiscoveryPorts): DiskDiscovery {
  const running = new Map<string, Promise<Discovered>>()
  let bypass: { found: Discovered; untilMs: number } | undefined

  async function discoverAnew(read: DiskRead): Promise<Discovered> {
    const { credentials, fields } = read.access
    // What one may not see, another may.
    const key = JSON.stringify([credentials, fields])
    const started = running.get(key) ?? discoverGeneration(read, ports)
    running.set(key, started)
    try {
      const found = await started
      bypass = found.kind === 'bypass' ? { found, untilMs: Date.now() + bypassMs } : undefined
      return found
    } finally {
      if (running.get(key) === started) running.delete(key)
    }
  }

  function lastBypass(): Discovered | undefined {
    return bypass !== undefined && bypass.untilMs > Date.now() ? bypass.found : undefined
  }

  return {
    discover: async (read) => lastBypass() ?? discoverAnew(read),
    discoverAnew,
    lastBypass,
    forget() {
      bypass = undefined
    },
    startOver() {
      bypass = undefined
      running.clear()
    },
  }
}
