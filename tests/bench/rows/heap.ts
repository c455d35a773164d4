import { expectStored, partsOfDisk, untilStored } from '../expect-stored.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Measurement, Row } from '../row.ts'
import type { Stage } from '../stage.ts'
import { watchHeap } from '../watch-heap.ts'

const MiB = 2 ** 20
/** Collections take their time. */
const inUseMiB = 512

/** Memory of the worker while a long answer passes through it. */
export const heap: Row = {
  name: 'heap',
  method:
    'A page reads a new disk of noise with one GET from loopback, which the worker stores while it streams; its heap, ' +
    'array buffers included, is looked at every 50 ms. Growth is the most that was seen, less what there was before. `in ' +
    'use`: the same with 512 MiB of another disk, each look after a collection of garbage. The row fails if the disks are not stored then.',
  rounds: 1,
  unit: 'MiB',
  goals: [
    {
      title: 'worker heap growth while 4 GiB stream through',
      as: 'value',
      limit: { atMost: 48 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb growth' },
        { label: 'OPFS', of: 'opfs growth' },
        { label: 'IndexedDB, in use', of: 'idb in use' },
        { label: 'OPFS, in use', of: 'opfs in use' },
      ],
    },
  ],
  async measure(stage, rounds): Promise<Measurement> {
    const measured: Record<string, readonly number[]>[] = []
    for (let round = 0; round < rounds; round++) {
      measured.push({
        ...(await streamThrough(stage, 'idb', round)),
        ...(await streamThrough(stage, 'opfs', round)),
      })
    }
    return { rounds: measured }
  },
}

async function streamThrough(
  stage: Stage,
  contender: 'idb' | 'opfs',
  round: number,
): Promise<Record<string, number[]>> {
  const lane = await stage.openLane(contender)
  const stored: [url: string, size: number][] = []
  const grown = async (counts: 'used' | 'all'): Promise<[grown: number, left: number]> => {
    const { streamMiB } = stage.sizes
    const size = (counts === 'all' ? streamMiB : Math.min(streamMiB, inUseMiB)) * MiB
    const name = `stream-${counts}-${round}.img`
    const url = lane.addDisk(name, createNoiseDisk(name, size))
    stored.push([url, size])
    const watch = await watchHeap(stage.browser, lane.site.url, counts)
    await lane.measure('timeDownload', { url, size, cache: 'default' })
    // What waits for the store still would be counted as the worker's from the beginning, the next time.
    await untilStored(lane, url, partsOfDisk(size))
    const { most, after } = await watch.finish()
    return [(most - watch.before) / MiB, (after - watch.before) / MiB]
  }
  const [used] = await grown('used')
  const [all, left] = await grown('all')
  for (const [url, size] of stored) await expectStored(lane, url, partsOfDisk(size))
  return {
    [`${contender} growth`]: [all],
    [`${contender} in use`]: [used],
    [`${contender} left after a collection`]: [left],
  }
}
