import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { BrowserContext, CDPSession, Page } from '@playwright/test'
import { findChromium } from './find-chromium.ts'
import { stopProcess } from './stop-process.ts'

/** A browser profile on disk, as a user has one: it outlives the browser. */
export interface Profile {
  /** Where it lies. */
  readonly folder: string
  /** Starts the browser with this profile, or returns the running one's context. */
  open(): Promise<BrowserContext>
  /** Ends the browser; the profile stays. */
  quit(): Promise<void>
  /**
   * Ends the browser as a crash does: SIGKILL, to all of its processes at once. The profile stays as it is.
   *
   * @param whileStopped - what is done first, while no process of the browser runs or writes any more.
   */
  kill(whileStopped?: () => Promise<void>): Promise<void>
  /** Kills only the process in which IndexedDB and OPFS live. The browser starts another one. */
  killStorage(): Promise<void>
  /** Ends the browser and deletes the profile. */
  remove(): Promise<void>
}

/** Chromium without its own errands in the network. */
const launchArgs = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What a profile may have otherwise. */
export interface ProfileOptions {
  /** Further arguments of the browser. */
  readonly args?: readonly string[]
  /** Arguments of Playwright's own that are left out. */
  readonly withoutArgs?: readonly string[]
  /** An existing folder. @default a new one for temporary files */
  readonly folder?: string
}

/** Makes an empty profile. Incognito contexts behave otherwise: an old `File` stays readable there, for one. */
export async function createProfile({
  args = [],
  withoutArgs = [],
  folder: given,
}: ProfileOptions = {}): Promise<Profile> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'sectorcache-profile-')))
  let context: BrowserContext | undefined
  async function quit(): Promise<void> {
    const running = context
    context = undefined
    await running?.close()
  }
  return {
    folder,
    async open() {
      context ??= await chromium.launchPersistentContext(folder, {
        executablePath: await findChromium(),
        args: [...launchArgs, ...args],
        ignoreDefaultArgs: [...withoutArgs],
      })
      return context
    },
    quit,
    async kill(whileStopped) {
      const killed = context
      context = undefined
      if (killed === undefined) return
      const processes = await processesOf(killed)
      const ended = new Promise((resolve) => killed.once('close', resolve))
      try {
        if (whileStopped !== undefined) {
          for (const { id } of processes) await stopProcess(id)
          await whileStopped()
        }
      } finally {
        for (const { id } of processes) tryKill(id)
      }
      await ended
    },
    async killStorage() {
      if (context === undefined) return
      for (const { id, type } of await processesOf(context)) {
        if (type.startsWith('storage.')) tryKill(id)
      }
    },
    async remove() {
      await quit()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** The browser's own process comes first. */
async function processesOf(
  context: BrowserContext,
): Promise<readonly { id: number; type: string }[]> {
  const session = await context.browser()?.newBrowserCDPSession()
  if (session === undefined) throw new Error('this browser does not tell its processes')
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  return processInfo.toSorted((a, b) => Number(b.type === 'browser') - Number(a.type === 'browser'))
}

function tryKill(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It has ended by itself meanwhile: the browser was its parent.
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
