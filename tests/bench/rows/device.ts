import { interleave } from '../interleave.ts'
import type { Lane } from '../lane.ts'
import { randomOffsets } from '../random-offsets.ts'
import type { Row } from '../row.ts'
import { laneOf } from '../stage.ts'
import { fillWithNoise, judgeOrigins, noiseUrl } from '../stored-reads.ts'

const MiB = 2 ** 20
const length = 4096
/** What a device keeps in memory at a time: of longer reads it keeps nothing. */
const blockBytes = 64 * 1024
const stores = ['idb', 'opfs'] as const

/**
 * How a disk is read. `device` has all of it in memory. `first` and `sequence` are read by a device that has just been opened:
 * the one reads each MiB once, the other goes on in it.
 */
const ways = ['fetch', 'device', 'first', 'sequence'] as const
type Way = (typeof ways)[number]

/** Reads that are timed together: the page's clock has steps of 5 us, and a read out of memory takes less than that. */
const readsPerSample: Readonly<Record<Way, number>> = {
  fetch: 1,
  device: 64,
  first: 1,
  // Of one MiB, so that each sample has what was loaded for it.
  sequence: MiB / length,
}

/** Small stored reads past the service worker. */
export const deviceRow: Row = {
  name: 'device',
  method:
    'Random 4 KiB reads, one at a time, of a 64 MiB disk that is stored in full: by `fetch`, and by a device of ' +
    '`disk.open()` that stays open over all rounds. 64 MiB are just what a device holds in memory, and it has read all of ' +
    'the disk before: **these reads are out of memory, and they decide**; the time is that of 64 reads, divided. "From the ' +
    'store": by a new device in each round, 4 KiB out of each MiB, so that each read goes to the store (OPFS: and compares ' +
    'the checksum of 1 MiB). "In sequence": by a new device too, neighbouring 4 KiB; the time is that of the 256 reads of a ' +
    'MiB, which comes out of the store at their beginning, divided.',
  rounds: 7,
  goals: [
    {
      title:
        '`open()` device, stored 4 KiB, out of memory, against the same by fetch: times faster',
      as: 'throughput',
      limit: { atLeast: 10 },
      comparisons: stores.flatMap((store) => {
        const name = store === 'idb' ? 'IndexedDB' : 'OPFS'
        const against = `${store} fetch`
        return [
          { label: `${name}, out of memory`, of: `${store} device`, against },
          { label: `${name}, in sequence, from the store`, of: `${store} sequence`, against },
          { label: `${name}, from the store`, of: `${store} first`, against },
        ]
      }),
    },
  ],
  async measure(stage, rounds) {
    const size = stage.sizes.storedMiB * MiB
    const lanes = await stage.openLanes(stores)
    for (const lane of lanes.values()) {
      await fillWithNoise(lane, size)
      await fillMemory(lane, size)
    }
    const contenders = stores.flatMap((store) => ways.map((way) => [store, way] as const))
    const names = contenders.map(([store, way]) => `${store} ${way}`)
    const measured = await interleave(rounds, names, async (name, round) => {
      const [store, way] = contenders[names.indexOf(name)] ?? ['idb', 'fetch']
      const lane = laneOf(lanes, store)
      const count = stage.sizes.smallReads
      const reads = { url: noiseUrl, length, offsets: offsetsOf(way, { size, count, round }) }
      // The first reads wake the worker, or look at the catalog, and are not counted.
      if (way === 'fetch') return (await lane.measure('timeReads', reads)).slice(2)
      const how = { isNew: way !== 'device', perSample: readsPerSample[way] }
      return (await lane.measure('timeDeviceReads', { ...reads, ...how })).slice(1)
    })
    return { rounds: measured, ...judgeOrigins(lanes.values()) }
  },
}

/** Lets the device that stays open read all of the disk. */
async function fillMemory(lane: Lane, size: number): Promise<void> {
  const offsets = Array.from({ length: size / blockBytes }, (_, at) => at * blockBytes)
  const reads = { url: noiseUrl, offsets, length: blockBytes, isNew: false }
  await lane.measure('timeDeviceReads', reads)
}

interface RoundOfReads {
  /** Of the disk, in bytes. */
  readonly size: number
  /** Reads of the usual way. */
  readonly count: number
  readonly round: number
}

function offsetsOf(way: Way, { size, count, round }: RoundOfReads): number[] {
  switch (way) {
    case 'fetch':
      return randomOffsets(count + 2, { size, length, seed: round })
    case 'device': {
      const samples = Math.ceil(count / 4) + 1
      return randomOffsets(samples * readsPerSample.device, { size, length, seed: round })
    }
    case 'first': {
      const places = randomOffsets(size / MiB, { size: MiB, length, seed: round })
      return places.map((offset, chunk) => chunk * MiB + offset)
    }
    case 'sequence':
      return Array.from({ length: size / length }, (_, at) => at * length)
  }
}
