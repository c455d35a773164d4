import { expectStored, partsOfDisk } from '../expect-stored.ts'
import { interleave } from '../interleave.ts'
import type { Lane } from '../lane.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'

const MiB = 2 ** 20
const devices = ['idb device', 'opfs device'] as const
const contenders = ['none', 'idb', 'opfs', ...devices, 'download'] as const
const length = 64 * 1024

/** Many small reads in a row, of which each would pay the delay of the link. */
export const absentSequential: Row = {
  name: 'absent-sequential',
  method:
    'A disk that nobody knows is read from its beginning in reads of 64 KiB, one at a time. `download` is one plain ' +
    'fetch of the same bytes. The devices of `disk.open()` have no goal of their own. At last all disks are read again, and ' +
    'have to come out of the store.',
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
        { label: 'a device on IndexedDB', of: 'idb device', against: 'none' },
        { label: 'a device on OPFS', of: 'opfs device', against: 'none' },
        { label: 'one plain fetch', of: 'download', against: 'none' },
        { label: 'IndexedDB against one plain fetch', of: 'idb', against: 'download' },
      ],
    },
  ],
  async measure(stage, rounds) {
    const size = stage.sizes.absentMiB * MiB
    const lanes = await stage.openLanes(['none', 'idb', 'opfs'])
    for (const lane of lanes.values()) lane.setLink(stage.sizes.link)
    const stored: [Lane, string][] = []
    const measured = await interleave(rounds, contenders, async (contender, round) => {
      const [store = ''] = contender.split(' ')
      const lane = laneOf(lanes, store === 'download' ? 'none' : store)
      const name = `absent-${contender.replace(' ', '-')}-${round}.img`
      const url = lane.addDisk(name, createNoiseDisk(name, size))
      if (lane.contender !== 'none') stored.push([lane, url])
      const reads = { url, end: size, length }
      const elapsedMs =
        contender === 'download'
          ? await lane.measure('timeDownload', { url, size })
          : await lane.measure(contender === store ? 'timeSequence' : 'timeDeviceSequence', reads)
      await lane.whenIdle()
      return [elapsedMs]
    })
    for (const [lane, url] of stored) await expectStored(lane, url, partsOfDisk(size))
    return { rounds: measured }
  },
}
