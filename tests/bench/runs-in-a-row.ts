import { formatLimit, formatNumber, withDate } from './format-figure.ts'
import type { Goal, Limit, Row } from './row.ts'
import type { BenchResult } from './run-bench.ts'
import { holds, median } from './statistics.ts'

/** So many runs have a median. */
const enoughRuns = 3

/**
 * The part of the page with the figure that decides, of each run, for every goal that is known.
 *
 * @param runs - the oldest first
 * @param known - everything that can be measured
 */
export function runsInARow(runs: readonly BenchResult[], known: readonly Row[]): string {
  const withMedian = runs.length >= enoughRuns
  const lines = known.flatMap((row) =>
    row.goals.map((goal) => {
      const cells = runs.map((run) => cellOf(run, row, goal))
      const last = withMedian ? [medianCell(cells, goal.limit)] : []
      const texts = [goal.title, formatLimit(goal.limit), ...cells.map(({ text }) => text), ...last]
      return `| ${texts.join(' | ')} |`
    }),
  )
  const names = [...runs.map(nameOf), ...(withMedian ? ['median'] : [])]
  return [
    '## Runs in a row',
    'The figures of the default store. Bold: missed, or failed. What has a date behind it was measured in a run of its own.',
    [
      `| row | goal | ${names.join(' | ')} |`,
      `| --- | --- | ${names.map(() => '---:').join(' | ')} |`,
      ...lines,
    ].join('\n'),
  ].join('\n\n')
}

interface Cell {
  readonly text: string
  /** Absent if it is not to be counted. */
  readonly value?: number
}

function cellOf({ results }: BenchResult, row: Row, { title, limit }: Goal): Cell {
  const result = results.find((one) => one.row.name === row.name)
  if (result === undefined) return { text: 'not measured' }
  const { goals, problem, ownDate } = result
  if (problem?.kind === 'failed') return { text: withDate('**failed**', ownDate) }
  const figure = goals.find(({ goal }) => goal.title === title)?.figures[0]
  if (figure === undefined) return { text: withDate('not measured', ownDate) }
  const { value, verdict } = figure
  if (verdict === 'not judged') return { text: withDate(verdict, ownDate) }
  return { text: withDate(formatAgainst(value, limit), ownDate), value }
}

/** The median of what was measured; of fewer runs than there are, it says of how many. */
function medianCell(cells: readonly Cell[], limit: Limit): string {
  const values = cells.flatMap(({ value }) => (value === undefined ? [] : [value]))
  if (values.length === 0) return '–'
  const text = formatAgainst(median(values), limit)
  return values.length === cells.length ? text : `${text} (of ${values.length})`
}

function formatAgainst(value: number, limit: Limit): string {
  return holds(value, limit) ? formatNumber(value) : `**${formatNumber(value)}**`
}

function nameOf({ date, machine: { load } }: BenchResult): string {
  const [day, time] = date.toISOString().split(/[T.]/)
  return `${day} ${time?.slice(0, 5)} (load ${load[0]}, ${load[1]})`
}
