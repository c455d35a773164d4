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
 * Makes figures of what an earlier run has measured.
 *
 * @param text - the file that `--json` has written
 * @throws {Error} if it is none, or has rows that are no more
 */
export function recallBench(text: string): BenchResult {
  const { date, results, ...run } = JSON.parse(text) as Recorded
  return { ...run, date: new Date(date), results: results.map(recallRow) }
}

function recallRow(recorded: Recorded['results'][number]): RowResult {
  const { name } = recorded.row
  const row = rows.find((known) => known.name === name)
  if (row === undefined) throw new Error(`There is no row ${name} any more`)
  return recorded.problem === undefined ? resultOf(row, recorded) : { ...recorded, row }
}
