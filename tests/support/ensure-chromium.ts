import { lookForChromium, playwrightChromium } from './find-chromium.ts'
import { installPackage, isRoot, runStep } from './install-package.ts'
import { isExecutable } from './try-browser.ts'
import type { FoundBrowser } from './try-browser.ts'

const minuteMs = 60_000

/**
 * Finds a Chromium, or installs one: Playwright's own, else the system's package where there is apt-get and we
 * may use it. Says on stdout what it does.
 *
 * @throws when none can be had, with what to do.
 */
export async function ensureChromium(): Promise<FoundBrowser> {
  const found =
    (await lookForChromium()) ?? (await installPlaywrights()) ?? (await installSystems())
  if (found !== undefined) return found
  throw new Error(
    'No Chromium could be installed; install the package "chromium" of your system, or set CHROMIUM to the ' +
      'path of one, and run this again.',
  )
}

async function installPlaywrights(): Promise<FoundBrowser | undefined> {
  if (!(await isExecutable(playwrightChromium()))) {
    const install = ['npx', 'playwright', 'install', 'chromium'] as const
    if (!(await runStep({ command: install, timeoutMs: 5 * minuteMs }))) return undefined
    const found = await lookForChromium()
    if (found !== undefined) return found
  }
  // It is there, but does not run: shared libraries are missing, which only root can install.
  if (!isRoot()) return undefined
  const installLibraries = ['npx', 'playwright', 'install-deps', 'chromium'] as const
  await runStep({ command: installLibraries, timeoutMs: 10 * minuteMs })
  return lookForChromium()
}

async function installSystems(): Promise<FoundBrowser | undefined> {
  await installPackage('chromium')
  return lookForChromium()
}
