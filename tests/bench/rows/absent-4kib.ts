import { interleave } from '../interleave.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'

const MiB = 2 ** 20
/** Far from the beginning of its chunk, whether chunks have 256 KiB, as here, or 1 MiB. */
const deepAt = 960 * 1024
const contenders = ['none', 'idb', 'opfs'] as const

/** The price of fetching a chunk for a few of its bytes. */
export const absent4KiB: Row = {
  name: 'absent-4kib',
  method:
    'The disk is known, and its first chunk stored. 4 KiB are read 192 KiB deep in chunks that nobody has, far from each ' +
    'other, each when the link has become idle again.',
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
      const first = { url, offsets: [0], length: 4096 }
      await lane.page.evaluate((reads) => benchClient.timeReads(reads), first)
      await lane.whenIdle()
      lane.setLink(link)
    }
    let place = 1
    const measured = await interleave(rounds, contenders, async (contender) => {
      const { page, whenIdle } = laneOf(lanes, contender)
      const times: number[] = []
      for (let read = 0; read < deepReads; read++) {
        const offsets = [place++ * 16 * MiB + deepAt]
        const reads = { url: '/disks/noise.img', offsets, length: 4096 }
        times.push(...(await page.evaluate((wanted) => benchClient.timeReads(wanted), reads)))
        await whenIdle()
      }
      return times
    })
    return { rounds: measured }
  },
}
