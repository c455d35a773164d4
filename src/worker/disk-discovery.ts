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
  lastBypass(read: DiskRead): Discovered | undefined
  forget(): void
  /** The disk was written to: also what is being found out now holds for nobody who asks later. */
  startOver(): void
}

/** How long a disk that may not be stored is let through before it is looked at again. */
const bypassMs = 60_000

/** Makes the {@link DiskDiscovery} of a disk. */
export function createDiscovery(ports: DiscoveryPorts): DiskDiscovery {
  const running = new Map<string, Promise<Discovered>>()
  const bypasses = new Map<string, { found: Discovered; untilMs: number }>()

  async function discoverAnew(read: DiskRead): Promise<Discovered> {
    const key = keyOf(read)
    const started = running.get(key) ?? discoverGeneration(read, ports)
    running.set(key, started)
    try {
      const found = await started
      // Else somebody has written to the disk since.
      if (running.get(key) === started) remember(key, found)
      return found
    } finally {
      if (running.get(key) === started) running.delete(key)
    }
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
