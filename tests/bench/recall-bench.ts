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
 * @param texts - files that `--json` has written; what a later one has replaces what the first one has, or is added to it, and
 * says when it was measured
 * @throws {Error} if it is none, or has rows that are no more; and if figures of `--smoke` would mix with others
 */
export function recallBench([first = '', ...others]: readonly string[]): BenchResult {
  const base = recallRun(first)
  const later = others.map(recallRun)
  if (later.some(({ scale }) => (scale === 'smoke') !== (base.scale === 'smoke'))) {
    throw new Error('Figures of --smoke, which mean nothing, and others are not to be mixed')
  }
  const found = [base.results, ...later.map(resultsOfOwnRun)]
  const results = rows.flatMap((row) => {
    const newest = found.flat().findLast((result) => result.row.name === row.name)
    return newest === undefined ? [] : [newest]
  })
  return { ...base, results }
}

/** What a run has measured, for a report of another one. */
function resultsOfOwnRun({ date, machine: { load }, results }: BenchResult): RowResult[] {
  const day = date.toISOString().slice(0, 10)
  const loads = `load average before and after: ${load[0]} and ${load[1]}`
  const note = `Measured in a run of its own (${day}; ${loads}).`
  return results.map((result) =>
    result.ownDate === undefined
      ? { ...result, ownDate: day, notes: [...result.notes, note] }
      : result,
  )
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
  const result = resultOf(leaveOut(row, missing), {
    ...recorded,
    notes: [...recorded.notes, ...notes],
  })
  const { ownDate } = recorded
  return ownDate === undefined ? result : { ...result, ownDate }
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
