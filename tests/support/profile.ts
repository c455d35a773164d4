import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { BrowserContext, CDPSession, Page } from '@playwright/test'
import { findChromium } from './find-chromium.ts'

/** A browser profile on disk, as a user has one: it outlives the browser. */
export interface Profile {
  /** Starts the browser with this profile, or returns the running one's context. */
  open(): Promise<BrowserContext>
  /** Ends the browser; the profile stays. */
  quit(): Promise<void>
  /** Ends the browser and deletes the profile. */
  remove(): Promise<void>
}

/** Chromium without its own errands in the network. */
const launchArgs = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Makes an empty profile in a new folder. Incognito contexts behave otherwise: an old `File` stays readable
 * there, for one. @param withoutArgs - arguments of Playwright's own that are left out */
export async function createProfile(
  extraArgs: readonly string[] = [],
  withoutArgs: readonly string[] = [],
): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'sectorcache-profile-'))
  let context: BrowserContext | undefined
  async function quit(): Promise<void> {
    const running = context
    context = undefined
    await running?.close()
  }
  return {
    async open() {
      context ??= await chromium.launchPersistentContext(folder, {
        executablePath: await findChromium(),
        args: [...launchArgs, ...extraArgs],
        ignoreDefaultArgs: [...withoutArgs],
      })
      return context
    },
    quit,
    async remove() {
      await quit()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Stops all service workers at once, as the browser does when it needs memory. */
export async function stopWorkers(page: Page): Promise<void> {
  await withCdp(page, async (session) => {
    await session.send('ServiceWorker.enable')
    await session.send('ServiceWorker.stopAllWorkers')
  })
}

/**
 * Gives a site a quota of so many bytes, as a nearly full disk does. It holds while the page lives, or until what this
 * resolves to is called.
 */
export async function overrideQuota(
  page: Page,
  siteUrl: string,
  quotaBytes: number,
): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(siteUrl)
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: quotaBytes })
  return () => session.detach()
}

async function withCdp(page: Page, work: (session: CDPSession) => Promise<void>): Promise<void> {
  const session = await page.context().newCDPSession(page)
  try {
    await work(session)
  } finally {
    await session.detach()
  }
}
