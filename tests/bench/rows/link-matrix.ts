import { expectStored } from '../expect-stored.ts'
import type { Lane } from '../lane.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Round, Row } from '../row.ts'
import { matrix } from '../sim/links.ts'
import type { MatrixLink } from '../sim/links.ts'
import { shortenTrace } from '../sim/shorten-trace.ts'
import { loadTrace } from '../sim/trace.ts'
import type { Trace } from '../sim/trace.ts'
import { laneOf } from '../stage.ts'
import type { Stage } from '../stage.ts'

const contenders = ['none', 'idb'] as const
const worst = 'slowest of the nine'
const mean = 'geometric mean'

/** No link shall be slower with us than without. */
export const linkMatrix: Row = {
  name: 'link-matrix',
  method:
    'A page reads what a Linux boot (tiny kernel) has read, from `tests/bench/traces/`, with `fetch`, of a disk that ' +
    'nobody knows, and pauses as long as the guest did. Without `--full` only the first 2 MiB of each sequential stretch ' +
    'are read, which is harder for a cache, no pause is longer than a second, and three links are measured at a time. At last ' +
    'some of it is read again, and has to come out of the store.',
  rounds: 1,
  unit: {
    [worst]: 'of no worker',
    [mean]: 'of no worker',
    ...Object.fromEntries(matrix.map(({ name }) => [name, 'of no worker'])),
  },
  goals: [
    {
      title: 'cold boot against no worker over {5, 50, 200 ms} x {2, 20, 200 Mbit/s}, every cell',
      as: 'value',
      limit: { atMost: 1.05 },
      comparisons: [worst, ...matrix.map(({ name }) => name)].map((name) => ({
        label: name === worst ? `IndexedDB, ${worst}` : name,
        of: name,
      })),
    },
    {
      title: 'the same, geometric mean',
      as: 'value',
      limit: { atMost: 0.4 },
      comparisons: [{ label: 'IndexedDB', of: mean }],
    },
  ],
  async measure(stage, rounds) {
    const trace = shortenTrace(loadTrace('linux-tiny'), stage.sizes.replay)
    const tracks: Lanes[] = []
    while (tracks.length < stage.sizes.replay.tracks) {
      tracks.push(await stage.openLanes(contenders))
    }
    const measured: Round[] = []
    const replayed: Replayed[] = []
    for (let round = 0; round < rounds; round++) {
      measured.push(await measureRound({ stage, trace, tracks, round, replayed }))
    }
    const ranges = trace.reads.map(({ offset, length }) => ({
      start: offset,
      end: offset + length,
    }))
    for (const [lane, url] of replayed) {
      if (lane.contender !== 'none') await expectStored(lane, url, ranges)
    }
    const bytes = trace.reads.reduce((sum, { length }) => sum + length, 0)
    const notes = [`${trace.reads.length} reads of ${(bytes / 1e6).toFixed(1)} MB.`]
    return { rounds: measured, notes }
  },
}

type Lanes = ReadonlyMap<string, Lane>

/** A disk that has been read, and through whom. */
type Replayed = readonly [Lane, url: string]

interface RoundOptions {
  readonly stage: Stage
  readonly trace: Trace
  /** Each measures one link at a time. */
  readonly tracks: readonly Lanes[]
  readonly round: number
  /** Gets what is read in this round. */
  readonly replayed: Replayed[]
}

async function measureRound(options: RoundOptions): Promise<Round> {
  const { stage, trace, tracks, round, replayed } = options
  const samples = emptySamples()
  const ratios: number[] = []
  /** Those that take longest come first, so that the tracks end together. */
  const queue = [...matrix.entries()].toReversed()
  const work = async (lanes: Lanes): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [at, link] = next
      const times: Record<string, number> = {}
      for (const turn of [0, 1]) {
        const contender = contenders[(turn + at + round) % 2] as (typeof contenders)[number]
        const lane = laneOf(lanes, contender)
        const name = `${contender}-${round}-${at}.img`
        const url = lane.addDisk(name, createNoiseDisk(name, trace.sizeBytes))
        replayed.push([lane, url])
        const { isFast } = stage.sizes.replay
        times[contender] = await replayOn(lane, { trace, link, url, isFast })
        samples[`${contender}, ${link.name}`] = [times[contender]]
      }
      const ratio = (times['idb'] ?? Number.NaN) / (times['none'] ?? Number.NaN)
      ratios.push(ratio)
      samples[link.name] = [ratio]
      stage.progress(`${link.name}: ${ratio.toFixed(2)} of no worker, round ${round + 1}`)
    }
  }
  await Promise.all(tracks.map(work))
  const logarithms = ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0)
  samples[worst] = [Math.max(...ratios)]
  samples[mean] = [Math.exp(logarithms / ratios.length)]
  return samples
}

/** In the order of the links, whichever is measured first. */
function emptySamples(): Record<string, number[]> {
  const names = matrix.flatMap(({ name }) => [
    ...contenders.map((contender) => `${contender}, ${name}`),
    name,
  ])
  return Object.fromEntries(names.map((name) => [name, []]))
}

interface Replay {
  readonly trace: Trace
  readonly url: string
  readonly link: MatrixLink
  /** Over loopback, whatever the link is. */
  readonly isFast: boolean
}

/** @returns milliseconds */
async function replayOn(lane: Lane, { trace, url, link, isFast }: Replay): Promise<number> {
  lane.setLink(
    isFast
      ? { latencyMs: 0, rateBitsPerSecond: Infinity }
      : { latencyMs: link.delayMs, rateBitsPerSecond: link.mbit * 1e6 },
  )
  const reads = trace.reads.map(({ offset, length, thinkMs }) => [offset, length, thinkMs] as const)
  const wanted = { url, reads, restMs: trace.restMs }
  const elapsedMs = await lane.measure('timeReplay', wanted)
  lane.setLink({ latencyMs: 0, rateBitsPerSecond: Infinity })
  await lane.whenIdle()
  return elapsedMs
}
