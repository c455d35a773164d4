import { interleave } from '../interleave.ts'
import { randomOffsets } from '../random-offsets.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'
import { fillWithNoise, judgeOrigins, noiseUrl } from '../stored-reads.ts'

const MiB = 2 ** 20
const length = 4096
const readers = 64
const contenders = ['none', 'floor', 'idb', 'opfs'] as const

/** Whether many readers at once get in each other's way. */
export const parallel: Row = {
  name: 'parallel',
  method:
    '64 random reads of 4 KiB at once, of a 64 MiB disk that every contender has in full (sectorcache in chunks of 1 MiB); the time until all are there.',
  rounds: 7,
  goals: [
    {
      title:
        '64 stored 4 KiB reads at once, p50, against a worker that answers from a constant (no goal of the design: as for one)',
      as: 'time',
      limit: { atMost: 1.15 },
      comparisons: [
        { label: 'IndexedDB', of: 'idb', against: 'floor' },
        { label: 'OPFS', of: 'opfs', against: 'floor' },
        { label: 'IndexedDB against the HTTP cache', of: 'idb', against: 'none' },
      ],
    },
  ],
  async measure(stage, rounds) {
    const size = stage.sizes.storedMiB * MiB
    const lanes = await stage.openLanes(contenders)
    for (const lane of lanes.values()) await fillWithNoise(lane, size)
    const measured = await interleave(rounds, contenders, async (contender, round) => {
      // The first batch wakes the worker, and is not counted.
      const batches = Array.from({ length: stage.sizes.batches + 1 }, (_, at) =>
        randomOffsets(readers, { size, length, seed: round * 1000 + at }),
      )
      const wanted = { url: noiseUrl, batches, length }
      const times = await laneOf(lanes, contender).measure('timeBatches', wanted)
      return times.slice(1)
    })
    return { rounds: measured, ...judgeOrigins(lanes.values()) }
  },
}
