import { interleave } from '../interleave.ts'
import type { Row } from '../row.ts'
import type { Lane } from '../lane.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import { laneOf } from '../stage.ts'
import { judgeOrigins } from '../stored-reads.ts'

const MiB = 2 ** 20
/** With a cache of 2 GB, Chromium 156 kept nothing of a disk of 256 MiB, and all of two of 128 MiB. */
const maxDiskMiB = 128
const contenders = ['none', 'whole', 'workbox', 'idb', 'opfs'] as const

/** A stored disk from its beginning to its end. */
export const storedSequential: Row = {
  name: 'stored-sequential',
  method:
    'Two stored disks of 128 MiB (an HTTP cache of 2 GB keeps nothing of one of ' +
    '256 MiB), which sectorcache has prefetched, in chunks of 1 MiB, are read from beginning to end, in reads of 1 MiB, one at a time. Times are for one MiB. ' +
    'Workbox, for which each read opens the whole file, reads a few MiB only. The HTTP cache that decides was filled by requests of 1 MiB, since an emulator fills it by ranges; ' +
    'filled by one GET it is faster: that is the line of its own.',
  rounds: 7,
  unit: 'ms/MiB',
  goals: [
    {
      title: 'stored sequential read of 256 MiB, throughput against the HTTP cache',
      as: 'throughput',
      limit: { atLeast: 1.2 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'none' },
        { label: 'OPFS', of: 'opfs', against: 'none' },
        { label: 'IndexedDB, cache filled by one GET', of: 'idb', against: 'whole' },
      ],
    },
  ],
  async measure(stage, rounds) {
    const { sequentialMiB, workboxReads } = stage.sizes
    const lanes = await stage.openLanes(contenders)
    for (const lane of lanes.values()) await fillDisks(lane, sequentialMiB)
    const measured = await interleave(rounds, contenders, async (contender) => {
      const lane = laneOf(lanes, contender)
      const disks =
        contender === 'workbox'
          ? [{ url: urlOf(0), mebibytes: workboxReads }]
          : disksOf(sequentialMiB)
      // Wakes the worker.
      const first = { url: urlOf(0), offsets: [0], length: 4096 }
      await lane.measure('timeReads', first)
      let [elapsedMs, read] = [0, 0]
      for (const { url, mebibytes } of disks) {
        const reads = { url, end: mebibytes * MiB, length: MiB }
        elapsedMs += await lane.measure('timeSequence', reads)
        read += mebibytes
      }
      return [elapsedMs / read]
    })
    return { rounds: measured, ...judgeOrigins(lanes.values()) }
  },
}

function urlOf(at: number): string {
  return `/disks/part-${at}.img`
}

function disksOf(mebibytes: number): { url: string; mebibytes: number }[] {
  const count = Math.ceil(mebibytes / maxDiskMiB)
  return Array.from({ length: count }, (_, at) => ({
    url: urlOf(at),
    mebibytes: Math.min(maxDiskMiB, mebibytes - at * maxDiskMiB),
  }))
}

async function fillDisks(lane: Lane, mebibytes: number): Promise<void> {
  for (const disk of disksOf(mebibytes)) {
    const size = disk.mebibytes * MiB
    const name = disk.url.replace('/disks/', '')
    await lane.fill(lane.addDisk(name, createNoiseDisk(name, size)), size)
  }
  await lane.whenIdle()
  lane.site.origin.reset()
}
