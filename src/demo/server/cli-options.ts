import { parseArgs } from 'node:util'

import { parseLatencyMs, parseRateMbit } from './shape.ts'

/** What the command line of the demo asks for. */
export interface CliOptions {
  /** `preview` builds and serves what would be published; `dev` serves the sources. */
  readonly command: 'preview' | 'dev'
  readonly port: number
  /** Whether the port was asked for; if not, the next free one will do. */
  readonly isPortFixed: boolean
  readonly host: string
  readonly latencyMs: number | undefined
  readonly rateBitsPerSecond: number | undefined
  readonly build: boolean
}

/** A command line that cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Shown for `--help` and after a {@link UsageError}. */
export const USAGE = `Usage: tsx src/demo/server/main.ts [preview | dev] [options]

  preview          build, and serve the build (default)
  dev              serve the sources, without a build

  --port N         port (default 5173, or the next free one)
  --host H         address to listen on (default localhost: this machine only)
  --latency MS     delay of each answer of the disk server, such as 50
  --rate MBIT      rate of the disk server in Mbit/s, such as 20
  --no-build       preview: serve the last build
  --help           this text`

const DEFAULT_PORT = 5173

/**
 * Reads the command line.
 *
 * @param args - without the names of program and script
 * @returns `help` when it is asked for
 * @throws UsageError for unknown flags and bad values
 */
export function parseCliOptions(args: readonly string[]): CliOptions | 'help' {
  const { values, positionals } = parseFlags(args)
  if (values.help) return 'help'
  const [command = 'preview', ...surplus] = positionals
  if ((command !== 'preview' && command !== 'dev') || surplus.length > 0)
    throw new UsageError(`unknown command: ${positionals.join(' ')}`)
  return {
    command,
    port: values.port === undefined ? DEFAULT_PORT : parsePort(values.port),
    isPortFixed: values.port !== undefined,
    host: values.host ?? 'localhost',
    latencyMs: parseFlag('--latency', values.latency, parseLatencyMs),
    rateBitsPerSecond: parseFlag('--rate', values.rate, parseRateMbit),
    build: !values['no-build'],
  }
}

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  latency: { type: 'string' },
  rate: { type: 'string' },
  'no-build': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

function parseFlags(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof FLAGS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error })
  }
}

function parseFlag(
  flag: string,
  text: string | undefined,
  parse: (text: string) => number,
): number | undefined {
  try {
    return text === undefined ? undefined : parse(text)
  } catch (error) {
    throw new UsageError(`${flag}: ${messageOf(error)}`, { cause: error })
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535)
    throw new UsageError(`--port: ${text} is not a port from 0 to 65535`)
  return port
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
