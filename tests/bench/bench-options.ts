import { parseArgs } from 'node:util'
import { rows } from './rows/index.ts'
import type { Scale } from './sizes.ts'

/** What the command line of the bench asks for. */
export interface BenchOptions {
  /** Names of rows; all of them if it is empty. */
  readonly only: readonly string[]
  /** Rounds of every row; absent: as many as the row thinks right. */
  readonly rounds?: number
  /** Files with the figures of earlier runs: if there are any, these are reported, and nothing is measured. */
  readonly from: readonly string[]
  /** Files of earlier whole runs, whose figures stand beside these on the page. */
  readonly beside: readonly string[]
  /** File for the figures. */
  readonly json?: string
  /** Writes `docs/performance.md`. */
  readonly write: boolean
  readonly scale: Scale
}

/** A command line that cannot be understood; the message says why. */
export class BenchUsageError extends Error {
  override readonly name = 'BenchUsageError'
}

/** Shown for `--help` and after a {@link BenchUsageError}. */
export const benchUsage: string = `Usage: npm run bench -- [options]

Measures sectorcache in Chromium beside the browser's HTTP cache, an empty worker and Workbox.
The built files of dist/ are measured: npm run build.

  --only NAME    measure this row only; may be repeated
  --rounds N     rounds of every row, 1 to 100
  --json FILE    write all figures into a file
  --from FILE    report what such a file has, and measure nothing; rows of a second file
                 replace those of the first, or are added, with the date of their own run
  --beside FILE  with --write: an earlier whole run, whose figures stand beside these; may be repeated
  --write        write docs/performance.md; its last part, the findings, is kept; takes figures of
                 all rows, and none of --smoke
  --full         read a whole boot again over each of nine links, and not a shortened one:
                 half an hour
  --smoke        see whether everything runs: tiny sizes, the figures mean nothing
  --help         this text

Rows: ${rows.map(({ name }) => name).join(', ')}`

const flags = {
  only: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  json: { type: 'string' },
  from: { type: 'string', multiple: true },
  beside: { type: 'string', multiple: true },
  write: { type: 'boolean' },
  full: { type: 'boolean' },
  smoke: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/**
 * Reads the command line.
 *
 * @param args - without the names of program and script
 * @returns `help` when it is asked for
 * @throws BenchUsageError for unknown flags and rows, bad numbers, and what does not go together
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions | 'help' {
  const values = parseFlags(args)
  if (values.help) return 'help'
  const { only = [], json, from = [], beside = [] } = values
  const { write = false, full = false, smoke = false } = values
  for (const name of only) {
    if (rows.some((row) => row.name === name)) continue
    throw new BenchUsageError(`--only: there is no row ${name}`)
  }
  if (smoke && full) throw new BenchUsageError('--smoke and --full do not go together')
  if (from.length > 0 && (smoke || full || only.length > 0 || values.rounds !== undefined)) {
    throw new BenchUsageError('--from measures nothing: it goes with --json and --write only')
  }
  if (write && (smoke || only.length > 0)) {
    throw new BenchUsageError('--write takes a run of all rows, and no --smoke')
  }
  if (beside.length > 0 && !write) throw new BenchUsageError('--beside goes with --write')
  return {
    only,
    ...(values.rounds !== undefined && { rounds: parseRounds(values.rounds) }),
    ...(json !== undefined && { json }),
    from,
    beside,
    write,
    scale: smoke ? 'smoke' : full ? 'full' : 'normal',
  }
}

function parseFlags(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error), {
      cause: error,
    })
  }
}

function parseRounds(text: string): number {
  const rounds = Number(text)
  if (!/^\d+$/.test(text) || rounds < 1 || rounds > 100) {
    throw new BenchUsageError(`--rounds: ${text} is not a number from 1 to 100`)
  }
  return rounds
}
