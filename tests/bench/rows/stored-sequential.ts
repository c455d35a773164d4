import { interleave } from '../interleave.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'
import { fillWithNoise, noiseUrl, originNotes } from '../stored-reads.ts'

const MiB = 2 ** 20
const contenders = ['none', 'whole', 'workbox', 'idb', 'opfs'] as const

/** A stored disk from its beginning to its end. */
export const storedSequential: Row = {
  name: 'stored-sequential',
  method:
    'A stored disk of 256 MiB is read from beginning to end, in reads of 1 MiB, one at a time. Times are for one MiB. ' +
    'Workbox, for which each read opens the whole file, reads a few MiB only.',
  rounds: 3,
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
    for (const lane of lanes.values()) await fillWithNoise(lane, sequentialMiB * MiB)
    const measured = await interleave(rounds, contenders, async (contender) => {
      const mebibytes = contender === 'workbox' ? workboxReads : sequentialMiB
      const reads = { url: noiseUrl, end: mebibytes * MiB, length: MiB }
      const { page } = laneOf(lanes, contender)
      await page.evaluate((wanted) => benchClient.timeReads(wanted), {
        url: noiseUrl,
        offsets: [0],
        length: 4096,
      })
      return [
        (await page.evaluate((wanted) => benchClient.timeSequence(wanted), reads)) / mebibytes,
      ]
    })
    return { rounds: measured, notes: originNotes(lanes.values()) }
  },
}
