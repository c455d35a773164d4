import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { promisify } from 'node:util'

import { MissingError } from './missing-error.ts'

/** How {@link runTool} runs a program. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** A normal user's PATH lacks the folders where Debian has mke2fs and debugfs. */
const SEARCH_PATH = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter)

/** Same output on every machine, whatever its language and place. */
const NEUTRAL_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: SEARCH_PATH } as const

/** Looks for a program on the PATH and in the folders for the administrator. */
export function findTool(name: string): string | undefined {
  const paths = SEARCH_PATH.split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
  return paths.find(isExecutable)
}

/**
 * Checks that programs are there.
 *
 * @param packages - Debian package of each program, by name of the program
 * @throws MissingError that names all that are missing, and their packages
 */
export function requireTools(packages: Readonly<Record<string, string>>): void {
  const missing = Object.entries(packages).filter(([name]) => findTool(name) === undefined)
  if (missing.length === 0) return
  const names = missing.map(
    ([name, debianPackage]) => `  ${name} (Debian package ${debianPackage})`,
  )
  throw new MissingError(`these programs are missing:\n${names.join('\n')}`)
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws Error with what it wrote to its standard error when it fails
 */
export async function runTool(
  name: string,
  args: readonly string[],
  { cwd, env }: RunOptions = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(name, args, {
      cwd,
      env: { ...process.env, ...NEUTRAL_ENVIRONMENT, ...env },
      maxBuffer: MAX_OUTPUT_BYTES,
    })
    return stdout
  } catch (error) {
    const complaint = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw new Error(`${basename(name)} failed: ${complaint || String(error)}`, { cause: error })
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
