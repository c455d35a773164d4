import type { Comparison, Round, Row } from './row.ts'
import { rows } from './rows/index.ts'
import { resultOf } from './run-bench.ts'
import type { BenchResult, RowResult } from './run-bench.ts'

/** What `--json` has written, as far as it is needed to report it again. */
interface Recorded extends Omit<BenchResult, 'date' | 'results'> {
  readonly date: string
  readonly results: readonly (Omit<RowResult, 'row'> & {
    readonly row: { readonly name: string }
  })[]
}

/**
 * Makes figures of what earlier runs have measured.
 *
 * @param texts - files that `--json` has written; what a later one has replaces what the first one has
 * @throws {Error} if it is none, or has rows that are no more
 */
export function recallBench([first = '', ...others]: readonly string[]): BenchResult {
  const base = recallRun(first)
  const later = others.map(recallRun)
  const results = base.results.map((result) => {
    const newer = later.flatMap((run) =>
      run.results
        .filter(({ row }) => row.name === result.row.name)
        .map((found) => ({ ...found, notes: [...found.notes, ownRunNote(run)] })),
    )
    return newer.at(-1) ?? result
  })
  return { ...base, results }
}

function ownRunNote({ date, machine: { load } }: BenchResult): string {
  const day = date.toISOString().slice(0, 10)
  return `Measured in a run of its own (${day}; load average before and after: ${load[0]} and ${load[1]}).`
}

function recallRun(text: string): BenchResult {
  const { date, results, ...run } = JSON.parse(text) as Recorded
  return { ...run, date: new Date(date), results: results.map(recallRow) }
}

function recallRow(recorded: Recorded['results'][number]): RowResult {
  const { name } = recorded.row
  const row = rows.find((known) => known.name === name)
  if (row === undefined) throw new Error(`There is no row ${name} any more`)
  if (recorded.problem !== undefined) return { ...recorded, row }
  const missing = unmeasured(row, recorded.rounds)
  const without = missing.map(({ label }) => label).join(', ')
  const notes = missing.length > 0 ? [`This run had no lines yet for: ${without}.`] : []
  return resultOf(leaveOut(row, missing), { ...recorded, notes: [...recorded.notes, ...notes] })
}

/** What an earlier run has not measured, since the row did not ask for it then. The line that decides is none of it. */
function unmeasured({ goals }: Row, rounds: readonly Round[]): Comparison[] {
  const isMissing = ({ of, against = of }: Comparison): boolean =>
    rounds.some((round) => !(of in round && against in round))
  return goals.flatMap(({ comparisons: [, ...others] }) => others.filter(isMissing))
}

function leaveOut(row: Row, missing: readonly Comparison[]): Row {
  const goals = row.goals.map((goal) => ({
    ...goal,
    comparisons: goal.comparisons.filter((comparison) => !missing.includes(comparison)),
  }))
  return { ...row, goals }
}
