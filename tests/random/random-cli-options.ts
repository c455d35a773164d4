import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface RandomCliOptions {
  readonly runs: number
  readonly seed: number
  readonly path: string | undefined
  readonly minutes: number | undefined
  readonly isVerbose: boolean
}

/** A command line that cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Shown for `--help`, and after a {@link UsageError}. */
export const usage: string = `Usage: npm run test:random -- [options]

Drives random sequences of reads, evictions, invalidations, worker restarts, origin changes and faults against the
built dist/, in a real Chromium, and checks every byte that is handed out. Run "npm run build" first.

  --runs N      programs to run (default 200); with --path, how often to run that one (default 1)
  --seed S      whole number that decides all programs (default: a new one, which is printed)
  --path P      runs only the program that a failure named, such as 17:2:0
  --minutes M   begins no program after M minutes
  --verbose     tells all that is done, and what comes of it
  --help        this text

A seed decides what is done, in which order and with which pauses; not how fast the browser is. A failure that
depends on that may need several runs of its path to come back.`

const flags = {
  runs: { type: 'string' },
  seed: { type: 'string' },
  path: { type: 'string' },
  minutes: { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/**
 * Reads the command line.
 *
 * @param args - without the names of program and script
 * @returns `help` when it is asked for
 * @throws UsageError for unknown flags and bad values
 */
export function parseRandomOptions(args: readonly string[]): RandomCliOptions | 'help' {
  const values = parseFlags(args)
  if (values.help === true) return 'help'
  const { path } = values
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path))
    throw new UsageError(`--path: "${path}" is no path, such as 17:2:0`)
  if (path !== undefined && values.seed === undefined)
    throw new UsageError('--path: a path belongs to a seed; give --seed too')
  const random = Math.floor(Math.random() * 2 ** 31)
  return {
    runs: parseNumber('--runs', values.runs, /^[1-9]\d{0,8}$/) ?? (path === undefined ? 200 : 1),
    seed: parseNumber('--seed', values.seed, /^-?\d{1,10}$/) ?? random,
    path,
    minutes: parseNumber('--minutes', values.minutes, /^(?!0*\.?0*$)\d{0,5}(\.\d+)?$/),
    isVerbose: values.verbose === true,
  }
}

function parseFlags(args: readonly string[]): {
  readonly [Flag in keyof typeof flags]?: (typeof flags)[Flag]['type'] extends 'string'
    ? string
    : boolean
} {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function parseNumber(flag: string, text: string | undefined, form: RegExp): number | undefined {
  if (text === undefined) return undefined
  if (!form.test(text)) throw new UsageError(`${flag}: "${text}" will not do`)
  return Number(text)
}
