import type { Contender } from './contenders.ts'
import { interleave } from './interleave.ts'
import type { Lane } from './lane.ts'
import { createNoiseDisk } from './noise-disk.ts'
import { randomOffsets } from './random-offsets.ts'
import type { Measurement } from './row.ts'
import { laneOf } from './stage.ts'
import type { Stage } from './stage.ts'

const MiB = 2 ** 20

/** Reads at random places of a disk that every contender has. */
export interface StoredReads {
  readonly contenders: readonly Contender[]
  /** Bytes of each read. */
  readonly length: number
  /** Reads of one contender in a round. */
  readonly countOf: (contender: string) => number
}

/**
 * Lets all contenders have a disk, and then read it at random, side by side.
 *
 * @throws {Error} if a contender other than the HTTP cache asks the origin
 */
export async function measureStoredReads(
  stage: Stage,
  rounds: number,
  { contenders, length, countOf }: StoredReads,
): Promise<Measurement> {
  const size = stage.sizes.storedMiB * MiB
  const lanes = await stage.openLanes(contenders)
  for (const lane of lanes.values()) await fillWithNoise(lane, size)
  const measured = await interleave(rounds, contenders, (contender, round) => {
    const count = countOf(contender)
    // The first reads wake the worker, and are not counted.
    const offsets = randomOffsets(count + 2, { size, length, seed: round })
    return laneOf(lanes, contender)
      .measure('timeReads', { url: noiseUrl, offsets, length })
      .then((times) => times.slice(2))
  })
  return { rounds: measured, ...judgeOrigins(lanes.values()) }
}

/** The disk of {@link fillWithNoise}. */
export const noiseUrl = '/disks/noise.img'

/** Serves a disk of noise, lets the lane have all of it, and forgets the requests that this took. */
export async function fillWithNoise(lane: Lane, size: number): Promise<void> {
  const url = lane.addDisk('noise.img', createNoiseDisk('stored', size))
  await lane.fill(url, size)
  await lane.whenIdle()
  lane.site.origin.reset()
}

/** A lane, as far as it tells what its origin was asked for. */
export interface AskedLane {
  readonly contender: Contender
  readonly site: { readonly origin: { readonly counters: { readonly requests: number } } }
}

/**
 * Sees to it that stored reads were stored reads. Where the HTTP cache had to ask, it is no cache that anything could be
 * compared with.
 *
 * @throws {Error} if a worker asked the origin
 */
export function judgeOrigins(
  lanes: Iterable<AskedLane>,
): Required<Pick<Measurement, 'notes' | 'doubtful'>> {
  const notes: string[] = []
  const doubtful: string[] = []
  for (const { contender, site } of lanes) {
    const { requests } = site.origin.counters
    if (requests === 0) continue
    const message = `${contender}: ${requests} requests went to the origin during stored reads`
    if (contender !== 'none' && contender !== 'whole') throw new Error(message)
    doubtful.push(contender)
    notes.push(
      `The HTTP cache (${contender}) asked the origin ${requests} times during these reads: nothing is judged by it.`,
    )
  }
  return { notes, doubtful }
}
