import type { Lane } from '../lane.ts'
import { createNoiseDisk } from '../noise-disk.ts'
import type { Row } from '../row.ts'
import { matrix } from '../sim/links.ts'
import type { MatrixLink } from '../sim/links.ts'
import { shortenTrace } from '../sim/shorten-trace.ts'
import { loadTrace } from '../sim/trace.ts'
import type { Trace } from '../sim/trace.ts'
import { laneOf } from '../stage.ts'

const contenders = ['none', 'idb'] as const
const worst = 'slowest of the nine'
const mean = 'geometric mean'

/** No link shall be slower with us than without. */
export const linkMatrix: Row = {
  name: 'link-matrix',
  method:
    'A page reads what a Linux boot (tiny kernel) has read, from `tests/bench/traces/`, with `fetch`, of a disk that ' +
    'nobody knows, and pauses as long as the guest did. Without `--full` of each sequential stretch only the first ' +
    'beginning is read, and no pause is longer than 250 ms: a sample of the boot that is harder for a cache.',
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
    const { replay } = stage.sizes
    const trace = shortenTrace(loadTrace('linux-tiny'), replay)
    const lanes = await stage.openLanes(contenders)
    const measured: Record<string, number[]>[] = []
    for (let round = 0; round < rounds; round++) {
      const samples: Record<string, number[]> = {}
      const ratios: number[] = []
      for (const [at, link] of matrix.entries()) {
        const times: Record<string, number> = {}
        for (const turn of [0, 1]) {
          const contender = contenders[(turn + at + round) % 2] as (typeof contenders)[number]
          const name = `${contender}-${round}-${at}.img`
          const lane = laneOf(lanes, contender)
          times[contender] = await replayOn(lane, { trace, name, link, isFast: replay.isFast })
          samples[`${contender}, ${link.name}`] = [times[contender]]
        }
        const ratio = (times['idb'] ?? 0) / (times['none'] ?? 0)
        ratios.push(ratio)
        samples[link.name] = [ratio]
        stage.progress(`${link.name}: ${ratio.toFixed(2)} of no worker, round ${round + 1}`)
      }
      samples[worst] = [Math.max(...ratios)]
      const logarithms = ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0)
      samples[mean] = [Math.exp(logarithms / ratios.length)]
      measured.push(samples)
    }
    const bytes = trace.reads.reduce((sum, { length }) => sum + length, 0)
    const notes = [`${trace.reads.length} reads of ${(bytes / 1e6).toFixed(1)} MB.`]
    return { rounds: measured, notes }
  },
}

interface Replay {
  readonly trace: Trace
  readonly name: string
  readonly link: MatrixLink
  /** Over loopback, whatever the link is. */
  readonly isFast: boolean
}

/** @returns milliseconds */
async function replayOn(lane: Lane, { trace, name, link, isFast }: Replay): Promise<number> {
  lane.setLink(
    isFast
      ? { latencyMs: 0, rateBitsPerSecond: Infinity }
      : { latencyMs: link.delayMs, rateBitsPerSecond: link.mbit * 1e6 },
  )
  const url = lane.addDisk(name, createNoiseDisk(name, trace.sizeBytes))
  const reads = trace.reads.map(({ offset, length, thinkMs }) => [offset, length, thinkMs] as const)
  const wanted = { url, reads, restMs: trace.restMs }
  const elapsedMs = await lane.page.evaluate((boot) => benchClient.timeReplay(boot), wanted)
  lane.setLink({ latencyMs: 0, rateBitsPerSecond: Infinity })
  await lane.whenIdle()
  return elapsedMs
}
