import { discoverGeneration } from './discover-generation.ts'
import type { Discovered, DiscoveryPorts } from './discover-generation.ts'
import type { DiskRead } from './disk-reader.ts'

/** Finds out what an origin has now. */
export interface DiskDiscovery {
  /** Readers that come meanwhile wait for the same answer; that a disk may not be stored holds for a minute. */
  discover(read: DiskRead): Promise<Discovered>
  /** As {@link DiskDiscovery.discover}, but asks in any case. */
  discoverAnew(read: DiskRead): Promise<Discovered>
  /** What was found to be let through lately. */
  lastBypass(): Discovered | undefined
  forget(): void
}

/** How long a disk that may not be stored is let through before it is looked at again. */
const bypassMs = 60_000

/** Makes the {@link DiskDiscovery} of a disk. */
export function createDiscovery(ports: DiscoveryPorts): DiskDiscovery {
  let running: Promise<Discovered> | undefined
  let bypass: { found: Discovered; untilMs: number } | undefined

  async function discoverAnew(read: DiskRead): Promise<Discovered> {
    running ??= discoverGeneration(read, ports).finally(() => {
      running = undefined
    })
    const found = await running
    bypass = found.kind === 'bypass' ? { found, untilMs: Date.now() + bypassMs } : undefined
    return found
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
  }
}
