import { printEvictions } from './eviction/print-evictions.ts'
import { matrix } from './links.ts'
import type { MatrixLink } from './links.ts'
import { groups } from './policies.ts'
import type { Policy } from './policy.ts'
import { noWorker } from './policy.ts'
import { simulate, stretchBoundMs, warmMs } from './simulate.ts'
import type { Simulated } from './simulate.ts'
import { loadTrace } from './trace.ts'
import type { Trace } from './trace.ts'
import { randomTrace, sequentialTrace } from './workloads.ts'

/** A workload, and what it takes without a worker over each link. */
interface Workload {
  readonly trace: Trace
  readonly without: readonly number[]
}

function workloadOf(trace: Trace): Workload {
  return { trace, without: runAll(noWorker, trace).map(({ elapsedMs }) => elapsedMs) }
}

function runAll(policy: Policy, trace: Trace): Simulated[] {
  return matrix.map((link) => simulate(policy, trace, link))
}

function ratiosOf(results: readonly Simulated[], { without }: Workload): number[] {
  return results.map(({ elapsedMs }, at) => elapsedMs / (without[at] ?? Number.NaN))
}

function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length)
}

const boot = workloadOf(loadTrace(process.argv.includes('linux-tiny') ? 'linux-tiny' : 'linux'))
const exerciser = workloadOf(loadTrace('exerciser'))
const sequential = workloadOf(sequentialTrace())
const random = workloadOf(randomTrace(0))
const unhurried = workloadOf(randomTrace(50))
/** 50 ms and 20 Mbit/s: where DESIGN's goals are measured. */
const middle = matrix.findIndex(({ delayMs, mbit }) => delayMs === 50 && mbit === 20)
const columns = [
  'policy',
  ...matrix.map(({ delayMs, mbit }) => `${delayMs}/${mbit}`),
  'mean',
  'bytes',
  'requests',
  'warm',
  'sequential',
  'exerciser',
  'random',
  'unhurried',
]

function lineOf(policy: Policy): string[] {
  const results = runAll(policy, boot.trace)
  const ratios = ratiosOf(results, boot)
  const at = results[middle] as Simulated
  const worst = (workload: Workload): string =>
    Math.max(...ratiosOf(runAll(policy, workload.trace), workload)).toFixed(2)
  const inRow = ratiosOf(runAll(policy, sequential.trace), sequential)[middle] ?? Number.NaN
  return [
    policy.name,
    ...ratios.map((ratio) => ratio.toFixed(2)),
    geometricMean(ratios).toFixed(3),
    (at.fetchedBytes / at.readBytes).toFixed(2),
    String(at.requests),
    (at.elapsedMs / warmMs(boot.trace)).toFixed(2),
    inRow.toFixed(3),
    worst(exerciser),
    worst(random),
    worst(unhurried),
  ]
}

function printRequests(): void {
  console.log(`Time against no worker, simulated. The nine columns: a Linux boot, delay in ms / rate in Mbit/s; their
geometric mean. At 50/20: bytes fetched against bytes read, requests, time against the warm boot; 24 MiB in
reads of 64 KiB. Then the worst of the nine links: exerciser, random reads of 4 KiB without a pause, and with 50 ms.`)
  const known = stretchBoundMs(boot.trace, matrix[middle] as MatrixLink) / warmMs(boot.trace)
  console.log(
    `\nWho knows each sequential stretch when it begins takes ${known.toFixed(2)} of the warm boot at 50/20.`,
  )
  for (const { question, policies } of groups) {
    console.log(
      `\n### ${question}\n\n| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}`,
    )
    for (const policy of policies) console.log(`| ${lineOf(policy).join(' | ')} |`)
  }
}

if (process.argv.includes('eviction')) printEvictions()
else printRequests()
