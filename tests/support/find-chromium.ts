import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

import { chromium } from '@playwright/test'

const run = promisify(execFile)

/** Names under which distributions install it, the best first. */
const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** A Chromium that answers `--version`: all its shared libraries are there. */
export interface FoundChromium {
  readonly path: string
  /** As the browser tells it, such as `Chromium 140.0.1`. */
  readonly version: string
}

/**
 * Finds a Chromium that runs: the one that `CHROMIUM` names, else Playwright's own, else the system's.
 *
 * @returns its path.
 * @throws when there is none, or when `CHROMIUM` names none.
 */
export async function findChromium(): Promise<string> {
  const found = await lookForChromium()
  if (found !== undefined) return found.path
  throw new Error(
    'No Chromium was found. Run "npx playwright install --with-deps chromium", install the package ' +
      '"chromium" of your system, or set CHROMIUM to the path of one.',
  )
}

/**
 * As {@link findChromium}, with its version, and `undefined` where there is none.
 *
 * @throws when `CHROMIUM` names something that is no working Chromium.
 */
export async function lookForChromium(): Promise<FoundChromium | undefined> {
  const named = process.env['CHROMIUM']
  if (named !== undefined && named !== '') {
    const found = await tryChromium(named)
    if (found !== undefined) return found
    throw new Error(
      `CHROMIUM is "${named}", but that does not answer --version. Correct or unset it.`,
    )
  }
  for (const path of candidates()) {
    const found = await tryChromium(path)
    if (found !== undefined) return found
  }
  return undefined
}

/** Where Playwright keeps the Chromium that it downloads, whether it is there or not. */
export function playwrightChromium(): string {
  return chromium.executablePath()
}

/** Whether `path` can be run at all; its libraries may be missing. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function* candidates(): Generator<string> {
  yield playwrightChromium()
  yield '/usr/bin/chromium'
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const name of systemNames) for (const folder of folders) yield join(folder, name)
}

async function tryChromium(path: string): Promise<FoundChromium | undefined> {
  if (!(await isExecutable(path))) return undefined
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 30_000 })
    const version = stdout.trim()
    return /\bChrom(?:e|ium)\b/.test(version) ? { path, version } : undefined
  } catch {
    return undefined // a shared library is missing, or it is no browser
  }
}
