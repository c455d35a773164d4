import { parseArgs } from 'node:util'

import { createNamedFault, FAULT_NAMES } from './named-faults.ts'
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
  /** What the disk server does wrong: names that `createNamedFault()` knows. */
  readonly faults: readonly string[]
  readonly build: boolean
}

/** A command line that cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Shown for `--help` and after a {@link UsageError}. */
export const USAGE: string = `Usage: tsx src/demo/server/main.ts [preview | dev] [options]

  preview          build, and serve the build (default)
  dev              serve the sources, without a build

  --port N         port (default 5173, or the next free one)
  --host H         address to listen on (default localhost: this machine only)
  --latency MS     delay of each answer of the disk server, such as 50
  --rate MBIT      rate of the disk server in Mbit/s, such as 20
  --fault NAME     let the disk server do something wrong; may be repeated
  --no-build       preview: serve the last build
  --help           this text

Faults:${listNames(FAULT_NAMES)}`

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
    latencyMs: parseOptional('--latency', values.latency, parseLatencyMs),
    rateBitsPerSecond: parseOptional('--rate', values.rate, parseRateMbit),
    faults: (values.fault ?? []).map((name) => parseFlag('--fault', name, parseFaultName)),
    build: !values['no-build'],
  }
}

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  latency: { type: 'string' },
  rate: { type: 'string' },
  fault: { type: 'string', multiple: true },
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

function parseOptional<Value>(
  flag: string,
  text: string | undefined,
  parse: (text: string) => Value,
): Value | undefined {
  return text === undefined ? undefined : parseFlag(flag, text, parse)
}

function parseFlag<Value>(flag: string, text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text)
  } catch (error) {
    throw new UsageError(`${flag}: ${messageOf(error)}`, { cause: error })
  }
}

function parseFaultName(name: string): string {
  createNamedFault(name)
  return name
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

/** Names in lines that fit a terminal. */
function listNames(names: readonly string[]): string {
  const lines: string[] = ['']
  for (const name of names) {
    const line = `${lines.at(-1)}${name} `
    if (line.length > 76) lines.push(`${name} `)
    else lines[lines.length - 1] = line
  }
  return lines.map((line) => `\n  ${line.trimEnd()}`).join('')
}
