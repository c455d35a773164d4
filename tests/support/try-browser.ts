import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A browser that answers `--version`: all its shared libraries are there. */
export interface FoundBrowser {
  readonly path: string
  /** As the browser tells it, such as `Chromium 140.0.1`. */
  readonly version: string
}

/** Whether `path` can be run at all; its libraries may be missing. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** The browser at `path`, if it runs and is one whose version looks like `pattern`. */
export async function tryBrowser(path: string, pattern: RegExp): Promise<FoundBrowser | undefined> {
  if (!(await isExecutable(path))) return undefined
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 30_000 })
    const version = stdout.trim()
    return pattern.test(version) ? { path, version } : undefined
  } catch {
    return undefined // a shared library is missing, or it is no browser
  }
}

/** Where a program may be found by one of these names, the best name first. */
export function* pathsOf(names: readonly string[]): Generator<string> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const name of names) for (const folder of folders) yield join(folder, name)
}
