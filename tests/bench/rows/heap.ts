import { createNoiseDisk } from '../noise-disk.ts'
import type { Measurement, Row } from '../row.ts'
import type { Stage } from '../stage.ts'
import { watchHeap } from '../watch-heap.ts'

const MiB = 2 ** 20

/** Memory of the worker while a long answer passes through it. */
export const heap: Row = {
  name: 'heap',
  method:
    'A page reads a new disk of noise with one GET from loopback, which the worker stores while it streams; its heap, ' +
    'array buffers included, is looked at every 50 ms, each time after a collection of garbage. Growth is the most that ' +
    'was seen, less what there was before. `with garbage`: the same with another disk, and no collections. 512 MiB; ' +
    '4 GiB with `--full`.',
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
        { label: 'IndexedDB, with garbage', of: 'idb with garbage' },
        { label: 'OPFS, with garbage', of: 'opfs with garbage' },
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
    const { streamMiB } = stage.sizes
    return { rounds: measured, notes: [`${streamMiB} MiB were streamed through each store.`] }
  },
}

async function streamThrough(
  stage: Stage,
  contender: 'idb' | 'opfs',
  round: number,
): Promise<Record<string, number[]>> {
  const lane = await stage.openLane(contender)
  const grown = async (counts: 'used' | 'all'): Promise<[grown: number, left: number]> => {
    const size = stage.sizes.streamMiB * MiB
    const name = `stream-${counts}-${round}.img`
    const url = lane.addDisk(name, createNoiseDisk(name, size))
    const watch = await watchHeap(stage.browser, lane.site.url, counts)
    const disk = { url, size, cache: 'default' } as const
    await lane.page.evaluate((wanted) => benchClient.timeDownload(wanted), disk)
    const { most, after } = await watch.finish()
    return [(most - watch.before) / MiB, (after - watch.before) / MiB]
  }
  const [used] = await grown('used')
  const [all, left] = await grown('all')
  return {
    [`${contender} growth`]: [used],
    [`${contender} with garbage`]: [all],
    [`${contender} left after a collection`]: [left],
  }
}
