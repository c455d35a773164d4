import { expectStored } from '../expect-stored.ts'
import { interleave } from '../interleave.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'

const MiB = 2 ** 20
/** Far from the beginning of its chunk, whether chunks have 256 KiB, as here, or 1 MiB. */
const deepAt = 960 * 1024
const length = 4096
const stores = ['idb', 'opfs'] as const
const contenders = ['none', ...stores] as const

/** The price of fetching a chunk for a few of its bytes. */
export const absent4KiB: Row = {
  name: 'absent-4kib',
  method:
    'The disk is known, and its first chunk stored. 4 KiB are read 192 KiB deep in chunks that nobody has, far from each ' +
    'other, each when the link has become idle again. At last they are read again, and have to come out of the store.',
  rounds: 5,
  goals: [
    {
      title:
        'all bytes of a 4 KiB read deep in an absent chunk, 50 ms and 20 Mbit/s, against a plain fetch',
      as: 'time',
      limit: { atMost: 1.15 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'none' },
        { label: 'OPFS', of: 'opfs', against: 'none' },
      ],
    },
  ],
  async measure(stage, rounds) {
    const { deepReads, link } = stage.sizes
    const lanes = await stage.openLanes(contenders)
    for (const lane of lanes.values()) {
      const url = lane.addDisk('noise.img', createNoiseDisk('deep', 4096 * MiB))
      await lane.measure('timeReads', { url, offsets: [0], length })
      await lane.whenIdle()
      lane.setLink(link)
    }
    const offsetsOf = new Map<string, number[]>(contenders.map((contender) => [contender, []]))
    let place = 1
    const measured = await interleave(rounds, contenders, async (contender) => {
      const lane = laneOf(lanes, contender)
      const times: number[] = []
      for (let read = 0; read < deepReads; read++) {
        const offset = place++ * 16 * MiB + deepAt
        offsetsOf.get(contender)?.push(offset)
        const reads = { url: '/disks/noise.img', offsets: [offset], length }
        times.push(...(await lane.measure('timeReads', reads)))
        await lane.whenIdle()
      }
      return times
    })
    for (const store of stores) {
      const offsets = offsetsOf.get(store) ?? []
      const ranges = offsets.map((start) => ({ start, end: start + length }))
      await expectStored(laneOf(lanes, store), '/disks/noise.img', ranges)
    }
    return { rounds: measured }
  },
}
