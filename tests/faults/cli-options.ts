import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface FaultCliOptions {
  readonly seed: number
  readonly kills: number
  readonly takeOvers: number
  readonly migrations: number
  readonly quotaFailures: number
  readonly corruptions: number
  readonly bodies: number
  readonly firefoxBodies: number
  readonly powerLosses: number
  readonly isVerbose: boolean
}

/** A command line that cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Shown for `--help`, and after a {@link UsageError}. */
export const usage: string = `Usage: npm run test:faults -- [options]

Injects faults into the built dist/ in a real Chromium on a profile on disk, and checks every byte that is served
afterwards. Run "npm run build" first.

  --seed S             whole number that decides everything (default: a new one, which is printed)
  --kills N            of worker, page, storage process and browser (default 200); then nothing may be left without an owner
  --take-overs N       the same while update() takes chunks over from other versions (default 40)
  --migrations N       kills while the catalog is brought up to date (default 40)
  --quota-failures N   writes that the browser refuses (default 50)
  --corruptions N      stored chunks that are cut, altered or deleted (default 100)
  --bodies N           long bodies in whose middle the worker is stopped or replaced (default 40)
  --firefox-bodies N   the same in Firefox, which ends workers by itself (default 20)
  --power-losses N     copies of an unflushed profile; needs root and loop devices (default 20)
  --verbose            tells all kills as they are made
  --help               this text

0 leaves a part out. A failure tells its part, seed and number. A seed decides what is done and when it is struck; not how
fast the browser is: a failure may need several runs to come back.`

const counts = {
  kills: 200,
  'take-overs': 40,
  migrations: 40,
  'quota-failures': 50,
  corruptions: 100,
  bodies: 40,
  'firefox-bodies': 20,
  'power-losses': 20,
} as const

/**
 * Reads the command line.
 *
 * @param args - without the names of program and script.
 * @returns `help` when it is asked for.
 * @throws UsageError for unknown flags and bad values.
 */
export function parseFaultOptions(args: readonly string[]): FaultCliOptions | 'help' {
  const values = parseFlags(args)
  if (values['help'] === true) return 'help'
  const count = (flag: keyof typeof counts): number => parseCount(flag, values[flag], counts[flag])
  return {
    seed: parseCount('seed', values['seed'], Math.floor(Math.random() * 2 ** 31)),
    kills: count('kills'),
    takeOvers: count('take-overs'),
    migrations: count('migrations'),
    quotaFailures: count('quota-failures'),
    corruptions: count('corruptions'),
    bodies: count('bodies'),
    firefoxBodies: count('firefox-bodies'),
    powerLosses: count('power-losses'),
    isVerbose: values['verbose'] === true,
  }
}

function parseFlags(args: readonly string[]): Record<string, string | boolean | undefined> {
  const text = { type: 'string' } as const
  const options = {
    ...Object.fromEntries([...Object.keys(counts), 'seed'].map((name) => [name, text])),
    verbose: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function parseCount(flag: string, value: string | boolean | undefined, usual: number): number {
  if (value === undefined) return usual
  if (typeof value !== 'string' || !/^\d{1,10}$/.test(value)) {
    throw new UsageError(`--${flag}: "${String(value)}" will not do`)
  }
  return Number(value)
}
