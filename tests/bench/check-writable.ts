import { BenchUsageError } from './bench-options.ts'
import type { Row } from './row.ts'
import type { BenchResult } from './run-bench.ts'

/**
 * Sees to it that figures may stand on the page: those of all rows. A row that failed is one of them, and says so.
 *
 * @param known - everything that can be measured
 * @throws {BenchUsageError} if rows are missing, and for figures of `--smoke`
 */
export function checkWritable(result: BenchResult, known: readonly Row[]): void {
  refuseSmoke([result])
  const missing = known
    .map(({ name }) => name)
    .filter((name) => !result.results.some(({ row }) => row.name === name))
  if (missing.length === 0) return
  const only = missing.map((name) => `--only ${name}`).join(' ')
  throw new BenchUsageError(
    `--write: nothing was measured of ${missing.join(', ')}: the run was broken off, or made with --only.\n` +
      `Measure the rest with: npm run bench -- ${only} --json rest.json\n` +
      'and add: --from rest.json',
  )
}

/**
 * Sees to it that figures mean something.
 *
 * @throws {BenchUsageError} for figures of `--smoke`
 */
export function refuseSmoke(runs: readonly Pick<BenchResult, 'scale'>[]): void {
  if (runs.every(({ scale }) => scale !== 'smoke')) return
  throw new BenchUsageError('--write takes no figures of --smoke: not with --from, not as --beside')
}
