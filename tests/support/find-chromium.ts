import { chromium } from '@playwright/test'

import { pathsOf, tryBrowser } from './try-browser.ts'
import type { FoundBrowser } from './try-browser.ts'

/** Names under which distributions install it, the best first. */
const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

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
export async function lookForChromium(): Promise<FoundBrowser | undefined> {
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

function* candidates(): Generator<string> {
  yield playwrightChromium()
  yield '/usr/bin/chromium'
  yield* pathsOf(systemNames)
}

function tryChromium(path: string): Promise<FoundBrowser | undefined> {
  return tryBrowser(path, /\bChrom(?:e|ium)\b/)
}
