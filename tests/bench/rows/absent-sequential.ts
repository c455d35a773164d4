import { interleave } from '../interleave.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'

const MiB = 2 ** 20
const contenders = ['none', 'idb', 'opfs', 'download'] as const

/** Many small reads in a row, of which each would pay the delay of the link. */
export const absentSequential: Row = {
  name: 'absent-sequential',
  method:
    'A disk that nobody knows is read from its beginning in reads of 64 KiB, one at a time. `download` is one plain ' +
    'fetch of the same bytes.',
  rounds: 3,
  goals: [
    {
      title:
        'sequential read of an absent 24 MiB in 64 KiB reads, 50 ms and 20 Mbit/s, against the same without a worker',
      as: 'time',
      limit: { atMost: 0.36 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'none' },
        { label: 'OPFS', of: 'opfs', against: 'none' },
        { label: 'one plain fetch', of: 'download', against: 'none' },
        { label: 'IndexedDB against one plain fetch', of: 'idb', against: 'download' },
      ],
    },
  ],
  async measure(stage, rounds) {
    const size = stage.sizes.absentMiB * MiB
    const lanes = await stage.openLanes(['none', 'idb', 'opfs'])
    for (const lane of lanes.values()) lane.setLink(stage.sizes.link)
    const measured = await interleave(rounds, contenders, async (contender, round) => {
      const lane = laneOf(lanes, contender === 'download' ? 'none' : contender)
      const name = `absent-${contender}-${round}.img`
      const url = lane.addDisk(name, createNoiseDisk(name, size))
      const elapsedMs =
        contender === 'download'
          ? await lane.page.evaluate((disk) => benchClient.timeDownload(disk), { url, size })
          : await lane.page.evaluate((reads) => benchClient.timeSequence(reads), {
              url,
              end: size,
              length: 64 * 1024,
            })
      await lane.whenIdle()
      return [elapsedMs]
    })
    return { rounds: measured }
  },
}
