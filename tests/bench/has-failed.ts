import type { RowResult } from './run-bench.ts'

/** Whether a run has not said what it was to say: a row failed, or the figure that decides about a goal cannot be judged. */
export function hasFailed(results: readonly RowResult[]): boolean {
  return results.some(
    ({ problem, goals }) =>
      problem?.kind === 'failed' ||
      goals.some(({ figures: [first] }) => first?.verdict === 'not judged'),
  )
}
