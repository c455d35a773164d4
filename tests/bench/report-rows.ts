import { formatLimit, formatNumber, formatSpread, withDate } from './format-figure.ts'
import { testedRows } from './rows/index.ts'
import type { RowResult } from './run-bench.ts'

/** One line of the table of goals. */
export interface ReportRow {
  readonly title: string
  readonly goal: string
  readonly figure: string
  readonly verdict: string
  readonly samples: string
  readonly spread: string
}

/**
 * The table of goals: a line for each goal and store. The verdict stands with the first figure of a goal, which
 * is that of the default store, and in brackets with the others. What another run has measured has its date behind it.
 *
 * @param withTested - adds the goals that tests keep
 */
export function reportRows(results: readonly RowResult[], withTested: boolean): ReportRow[] {
  const lines = results.flatMap((result) => [...problemLines(result), ...figureLines(result)])
  if (!withTested) return lines
  return [...lines, ...testedRows.map(({ title, goal, reason }) => emptyLine(title, goal, reason))]
}

function figureLines({ goals, ownDate }: RowResult): ReportRow[] {
  return goals.flatMap(({ goal, figures }) =>
    figures.map(({ label, value, spread, samples, verdict }, at) => ({
      title: at === 0 ? goal.title : '',
      goal: at === 0 ? formatLimit(goal.limit) : '',
      figure: withDate(`${formatNumber(value)} ${label}`, ownDate),
      verdict: at === 0 ? verdict : `(${verdict})`,
      samples: String(samples),
      spread: formatSpread(spread),
    })),
  )
}

function problemLines({ row, problem, ownDate }: RowResult): ReportRow[] {
  if (problem === undefined) return []
  const kind = problem.kind === 'failed' ? 'failed' : 'not measured'
  const reason = withDate(`${kind}: ${problem.message}`, ownDate)
  return row.goals.map(({ title, limit }) => emptyLine(title, formatLimit(limit), reason))
}

function emptyLine(title: string, goal: string, reason: string): ReportRow {
  return { title, goal, figure: reason, verdict: '', samples: '', spread: '' }
}
