import { interleave } from '../interleave.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'

const MiB = 2 ** 20
const contenders = ['none', 'idb', 'opfs'] as const

/** How fast a disk comes into the store when the network is no hindrance. */
export const prefetch: Row = {
  name: 'prefetch',
  method:
    '`disk.prefetch()` of a new disk of noise from loopback, until all is stored. `none` fetches the same with one ' +
    'request and drops it.',
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
      const name = `prefetch-${round}.img`
      const disk = { url: lane.addDisk(name, createNoiseDisk(name, size)), size }
      return [
        contender === 'none'
          ? await lane.page.evaluate((wanted) => benchClient.timeDownload(wanted), disk)
          : await lane.page.evaluate((wanted) => benchClient.timePrefetch(wanted), disk),
      ]
    })
    return { rounds: measured }
  },
}
