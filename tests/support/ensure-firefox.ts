import { lookForFirefox } from './find-firefox.ts'
import { installPackage } from './install-package.ts'
import type { FoundBrowser } from './try-browser.ts'

/**
 * Finds a Firefox, or installs the system's in CI.
 *
 * @returns `undefined` where there is none: its tests are skipped.
 * @throws when there is none in CI, where nothing is skipped.
 */
export async function ensureFirefox(): Promise<FoundBrowser | undefined> {
  const isCi = process.env['CI'] !== undefined
  const found = await lookForFirefox()
  if (found !== undefined || !isCi) return found
  await installPackage('firefox-esr')
  const installed = await lookForFirefox()
  if (installed !== undefined) return installed
  throw new Error(
    'No Firefox could be installed; install the package "firefox-esr", or set FIREFOX to the path of one.',
  )
}
