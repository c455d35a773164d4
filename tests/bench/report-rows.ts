import { formatLimit, formatNumber, formatSpread } from './format-figure.ts'
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
 * is that of the default store, and in brackets with the others.
 *
 * @param withTested - adds the goals that tests keep
 */
export function reportRows(results: readonly RowResult[], withTested: boolean): ReportRow[] {
  const lines = results.flatMap((result) => [...problemLines(result), ...figureLines(result)])
  if (!withTested) return lines
  return [...lines, ...testedRows.map(({ title, goal, reason }) => emptyLine(title, goal, reason))]
}

function figureLines({ goals }: RowResult): ReportRow[] {
  return goals.flatMap(({ goal, figures }) =>
    figures.map(({ label, value, spread, samples, isMet }, at) => {
      const verdict = isMet ? 'met' : 'missed'
      return {
        title: at === 0 ? goal.title : '',
        goal: at === 0 ? formatLimit(goal.limit) : '',
        figure: `${formatNumber(value)} ${label}`,
        verdict: at === 0 ? verdict : `(${verdict})`,
        samples: String(samples),
        spread: formatSpread(spread),
      }
    }),
  )
}

function problemLines({ row, problem }: RowResult): ReportRow[] {
  if (problem === undefined) return []
  const reason = `${problem.kind === 'failed' ? 'failed' : 'not measured'}: ${problem.message}`
  return row.goals.map(({ title, limit }) => emptyLine(title, formatLimit(limit), reason))
}

function emptyLine(title: string, goal: string, reason: string): ReportRow {
  return { title, goal, figure: reason, verdict: '', samples: '', spread: '' }
}
