import { interleave } from '../interleave.ts'
import type { Lane } from '../lane.ts'
import { randomOffsets } from '../random-offsets.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'
import { fillWithNoise, judgeOrigins, noiseUrl } from '../stored-reads.ts'

const MiB = 2 ** 20
const chunkSize = 4096
const contenders = ['few', 'many'] as const

/** Whether a start costs more the more there is. */
export const restart: Row = {
  name: 'restart',
  method:
    'Two sites, each with a disk of noise in chunks of 4 KiB on IndexedDB: 100 000 chunks are stored (by a prefetch of ' +
    'the whole disk), or 256 of them. All workers are stopped; then 4 KiB are read, and then 4 KiB at 200 other places, ' +
    'one after the other.',
  rounds: 7,
  goals: [
    {
      title: 'first stored byte after a worker restart, 100 000 chunks stored against 100',
      as: 'time',
      limit: { atMost: 1.2 },
      comparisons: [{ label: 'IndexedDB', of: 'many', against: 'few' }],
    },
    {
      title:
        'stored 4 KiB reads after that, p50, 100 000 chunks stored against 100 (no goal of the design: as for the first)',
      as: 'time',
      limit: { atMost: 1.2 },
      comparisons: [{ label: 'IndexedDB', of: 'many, awake', against: 'few, awake' }],
    },
  ],
  async measure(stage, rounds) {
    const options = { attributes: `data-chunk-size="${chunkSize}"` }
    const sizes = {
      few: MiB,
      many: Math.ceil((stage.sizes.manyChunks * chunkSize) / MiB) * MiB,
    }
    const lanes = new Map<string, Lane>()
    for (const name of contenders) {
      const lane = await stage.openLane('idb', options)
      lanes.set(name, lane)
      const startedAt = performance.now()
      await fillWithNoise(lane, sizes[name])
      stage.progress(
        `${sizes[name] / chunkSize} chunks stored in ${Math.round(performance.now() - startedAt)} ms`,
      )
    }
    const quantities = contenders.flatMap((name) => [name, `${name}, awake`])
    const measured = await interleave(rounds, quantities, async (quantity, round) => {
      const contender = quantity.startsWith('few') ? 'few' : 'many'
      const lane = laneOf(lanes, contender)
      const size = sizes[contender]
      if (quantity !== contender) {
        await stage.stopWorkers(lane)
        const offsets = randomOffsets(stage.sizes.smallReads + 1, {
          size,
          length: chunkSize,
          seed: round,
        })
        const reads = { url: noiseUrl, offsets, length: chunkSize }
        const times = await lane.measure('timeReads', reads)
        return times.slice(1)
      }
      const times: number[] = []
      for (const offset of randomOffsets(stage.sizes.restarts, {
        size,
        length: chunkSize,
        seed: round,
      })) {
        await stage.stopWorkers(lane)
        const reads = { url: noiseUrl, offsets: [offset], length: chunkSize }
        times.push(...(await lane.measure('timeReads', reads)))
      }
      return times
    })
    return { rounds: measured, ...judgeOrigins(lanes.values()) }
  },
}
