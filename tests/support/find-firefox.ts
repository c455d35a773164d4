import { pathsOf, tryBrowser } from './try-browser.ts'
import type { FoundBrowser } from './try-browser.ts'

/** The first Firefox in which the cache runs. */
const leastVersion = 142

/**
 * Finds a Firefox: the one that `FIREFOX` names, else the system's. Only its ordinary builds: Playwright's own has a protocol of its own.
 *
 * @returns `undefined` where there is none that is new enough.
 * @throws when `FIREFOX` names something that is none.
 */
export async function lookForFirefox(): Promise<FoundBrowser | undefined> {
  const named = process.env['FIREFOX']
  if (named !== undefined && named !== '') {
    const found = await tryFirefox(named)
    if (found !== undefined) return found
    throw new Error(
      `FIREFOX is "${named}", but that is no Firefox ${leastVersion} or newer. Correct or unset it.`,
    )
  }
  for (const path of pathsOf(['firefox-esr', 'firefox'])) {
    const found = await tryFirefox(path)
    if (found !== undefined) return found
  }
  return undefined
}

async function tryFirefox(path: string): Promise<FoundBrowser | undefined> {
  const found = await tryBrowser(path, /\bFirefox\b/)
  const version = Number(/Firefox (\d+)/.exec(found?.version ?? '')?.[1] ?? 0)
  return version >= leastVersion ? found : undefined
}
