import { interleave } from '../interleave.ts'
import { randomOffsets } from '../random-offsets.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'
import { fillWithNoise, noiseUrl, originNotes } from '../stored-reads.ts'

const MiB = 2 ** 20
const length = 4096
const stores = ['idb', 'opfs'] as const

/** How a disk is read. `first` reads each MiB once, by a device that has just been opened: nothing is in memory. */
const ways = ['fetch', 'device', 'first', 'sequence'] as const

/** Small stored reads past the service worker. */
export const deviceRow: Row = {
  name: 'device',
  method:
    'Random 4 KiB reads, one at a time, of a 64 MiB disk that is stored in full: by `fetch`, and by a device of ' +
    '`disk.open()` that stays open over all rounds. "Nothing in memory": by a new device in each round, 4 KiB out of ' +
    'each MiB, so that each read goes to the store (OPFS: and compares the checksum of 1 MiB). "In sequence": by a new ' +
    'device too, neighbouring 4 KiB.',
  rounds: 7,
  goals: [
    {
      title: '`open()` device, stored 4 KiB, against the same by fetch: times faster',
      as: 'throughput',
      limit: { atLeast: 10 },
      comparisons: stores.flatMap((store) => {
        const name = store === 'idb' ? 'IndexedDB' : 'OPFS'
        const against = `${store} fetch`
        return [
          { label: name, of: `${store} device`, against },
          { label: `${name}, in sequence`, of: `${store} sequence`, against },
          { label: `${name}, nothing in memory`, of: `${store} first`, against },
        ]
      }),
    },
  ],
  async measure(stage, rounds) {
    const size = stage.sizes.storedMiB * MiB
    const lanes = await stage.openLanes(stores)
    for (const lane of lanes.values()) await fillWithNoise(lane, size)
    const contenders = stores.flatMap((store) => ways.map((way) => `${store} ${way}`))
    const measured = await interleave(rounds, contenders, async (contender, round) => {
      const [store = '', way] = contender.split(' ')
      const { page } = laneOf(lanes, store)
      const reads = { url: noiseUrl, length, offsets: offsetsOf(way ?? '') }
      // The first reads wake the worker, or look at the catalog, and are not counted.
      const times =
        way === 'fetch'
          ? await page.evaluate((wanted) => benchClient.timeReads(wanted), reads)
          : await page.evaluate((wanted) => benchClient.timeDeviceReads(wanted), {
              ...reads,
              isNew: way !== 'device',
            })
      return times.slice(way === 'first' ? 1 : 2)

      function offsetsOf(kind: string): number[] {
        const count = stage.sizes.smallReads + 2
        if (kind === 'sequence') return Array.from({ length: count }, (_, at) => at * length)
        if (kind !== 'first') return randomOffsets(count, { size, length, seed: round })
        const places = randomOffsets(size / MiB, { size: MiB, length, seed: round })
        return places.map((offset, chunk) => chunk * MiB + offset)
      }
    })
    return { rounds: measured, notes: originNotes(lanes.values()) }
  },
}
