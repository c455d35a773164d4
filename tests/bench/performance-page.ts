import { contenderNames } from './contenders.ts'
import { formatNumber, formatSpread, unitOf } from './format-figure.ts'
import { reportRows } from './report-rows.ts'
import type { Row } from './row.ts'
import type { BenchResult, RowResult } from './run-bench.ts'
import { runsInARow } from './runs-in-a-row.ts'

/** From here on the page is written by hand, and kept. */
export const findingsHeading = '## What was found'

/** What the page has besides the figures of a run. */
export interface PageSurroundings {
  /** Whole runs that went before it, the oldest first. */
  readonly earlier: readonly BenchResult[]
  /** The page as it is now: what people have written below {@link findingsHeading} stays. */
  readonly last: string
  /** Everything that can be measured. */
  readonly known: readonly Row[]
}

/** Makes `docs/performance.md`. */
export function performancePage(
  result: BenchResult,
  { earlier, last, known }: PageSurroundings,
): string {
  const at = last.indexOf(findingsHeading)
  const findings = at < 0 ? `${findingsHeading}\n\nNothing yet.\n` : last.slice(at)
  return `${[
    '# Performance',
    introduction(result),
    goalTable(result.results),
    ...(earlier.length > 0 ? [runsInARow([...earlier, result], known)] : []),
    '## How each figure came about',
    ...result.results.map(rowSection),
    findings.trimEnd(),
  ].join('\n\n')}\n`
}

function introduction({ date, machine, results }: BenchResult): string {
  const { cpu, cores, memoryGiB, browser, node, load } = machine
  return [
    'Written by `npm run bench -- --write`; `npm run bench -- --help` tells more. All contenders are measured in one run, in',
    'one browser with its profile on disk, in turn, each on an origin of its own. A figure is the median over the rounds of',
    'the ratio of medians; the spread is the least and the greatest round. A goal is met or missed with the default store,',
    'IndexedDB; verdicts on other lines are in brackets.',
    '',
    `- Date: ${date.toISOString().slice(0, 10)}`,
    `- Machine: ${cores} cores (${cpu}), ${memoryGiB} GiB of memory`,
    `- ${browser}, headless; Node ${node}, which is the origin, on the same cores`,
    `- Load average before and after: ${load[0]} and ${load[1]}. More than ${cores} means that other work was going on: the`,
    '  contenders share that disturbance, absolute times do not tell much.',
    ...(results.some(({ ownDate }) => ownDate !== undefined)
      ? ['- What has a date behind it was measured in a run of its own, on that day.']
      : []),
  ].join('\n')
}

function goalTable(results: readonly RowResult[]): string {
  const lines = reportRows(results, true).map(
    ({ title, goal, figure, verdict, samples, spread }) =>
      `| ${title} | ${goal} | ${figure} | ${mark(verdict)} | ${samples} | ${spread} |`,
  )
  return [
    '| row | goal | figure | | samples | spread |',
    '| --- | --- | --- | --- | ---: | --- |',
    ...lines,
  ].join('\n')
}

function mark(verdict: string): string {
  return verdict === 'missed' || verdict === 'not judged' ? `**${verdict}**` : verdict
}

function rowSection({ row, quantities, notes, problem }: RowResult): string {
  const head = `### ${row.name}\n\n${row.method}`
  if (problem !== undefined) return `${head}\n\nNot measured: ${problem.message}`
  const lines = quantities.map(
    ({ name, median, spread, samples }) =>
      `| ${nameOf(name)} | ${formatNumber(median)} ${unitOf(row, name)} | ${samples} | ${formatSpread(spread)} |`,
  )
  const table = ['| | median | samples | spread |', '| --- | ---: | ---: | --- |', ...lines]
  return [head, table.join('\n'), ...notes].join('\n\n')
}

function nameOf(quantity: string): string {
  return (contenderNames as Readonly<Record<string, string>>)[quantity] ?? quantity
}
