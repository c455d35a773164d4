import { expectStored, partsOfDisk } from '../expect-stored.ts'
import { interleave } from '../interleave.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Row } from '../row.ts'
import { settle } from '../settle.ts'
import { laneOf } from '../stage.ts'

const MiB = 2 ** 20
const stores = ['idb', 'opfs'] as const
const contenders = ['none', ...stores] as const

/** How fast a disk comes into the store when the network is no hindrance. */
export const prefetch: Row = {
  name: 'prefetch',
  method:
    '`disk.prefetch()` of a new disk of noise from loopback, until all is stored. `none` fetches the same with one ' +
    'request and drops it. Each begins when what the one before has set going has come to rest. At last the disks are read ' +
    'again, and have to come out of the store.',
  rounds: 3,
  goals: [
    {
      title: 'prefetch of 256 MiB from loopback, throughput against plain fetch + discard',
      as: 'throughput',
      limit: { atLeast: 0.5 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'none' },
        { label: 'OPFS', of: 'opfs', against: 'none' },
      ],
    },
  ],
  async measure(stage, rounds) {
    const size = stage.sizes.prefetchMiB * MiB
    const lanes = await stage.openLanes(contenders)
    const measured = await interleave(rounds, contenders, async (contender, round) => {
      const lane = laneOf(lanes, contender)
      const name = nameOf(round)
      const disk = { url: lane.addDisk(name, createNoiseDisk(name, size)), size }
      const elapsedMs = await lane.measure(
        contender === 'none' ? 'timeDownload' : 'timePrefetch',
        disk,
      )
      await settle(lane)
      return [elapsedMs]
    })
    for (const store of stores) {
      for (let round = 0; round < rounds; round++) {
        await expectStored(laneOf(lanes, store), `/disks/${nameOf(round)}`, partsOfDisk(size))
      }
    }
    return { rounds: measured }
  },
}

function nameOf(round: number): string {
  return `prefetch-${round}.img`
}
