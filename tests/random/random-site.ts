import { errors } from '@playwright/test'
import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test'

import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import type { DiskOrigin } from '../../src/demo/server/ranged-origin.ts'
import { openSite } from '../support/site.ts'
import type { SiteChoice } from './program.ts'

/** A site with one configuration of the cache, its origin, and the tab that is open on it. */
export interface RandomSite {
  readonly choice: SiteChoice
  readonly origin: DiskOrigin
  /** What the origin has, by name. */
  readonly disks: Map<string, DiskSource>
  readonly page: Page
  /** Whether Chromium has ended the tab. */
  readonly isCrashed: boolean
  /** Resolves when it does. */
  readonly crashed: Promise<void>
  /** Errors that nobody caught, in the page and the worker; emptied by {@link RandomSite.reset}. */
  readonly uncaught: readonly string[]
  /** Forgets all requests, faults and errors. */
  reset(): void
  /** Opens the tab anew if it was ended. */
  reopen(): Promise<void>
  /** Reloads the tab: all its readers are new. */
  reload(): Promise<void>
  close(): Promise<void>
}

type Tab = Pick<RandomSite, 'page' | 'crashed' | 'isCrashed'>

/** A page that takes longer to load hangs. */
const loadMs = 10_000

const diskPattern = '/disks/*'

/** Opens a site in a tab of its own. @param folder - with the scripts of its pages, below the project's root */
export async function openRandomSite(
  choice: SiteChoice,
  { context, folder }: { context: BrowserContext; folder: string },
): Promise<RandomSite> {
  const disks = new Map<string, DiskSource>()
  const uncaught: string[] = []
  const site = await openSite({
    content: 'pages',
    extraDisks: disks,
    pages: { '/random/page.html': pageOf(choice), '/random/frame.html': framePage },
    mounts: { '/random/': folder },
    onRequest({ url }) {
      const what = /^\/disks\/uncaught\?(.*)$/.exec(url)?.[1]
      if (what !== undefined) uncaught.push(`service worker: ${decodeURIComponent(what)}`)
    },
  })
  let tab = await openTab()

  async function openTab(): Promise<Tab> {
    const page = await context.newPage()
    const crashed = new Promise<void>((resolve) => page.once('crash', () => resolve()))
    const opened = { page, crashed, isCrashed: false }
    void crashed.then(() => {
      opened.isCrashed = true
    })
    page.on('pageerror', (error) => uncaught.push(`page: ${error.stack ?? error.message}`))
    page.on('console', (message) => {
      if (isError(message)) uncaught.push(`console: ${message.text()}`)
    })
    await load(page, `${site.url}random/page.html`)
    return opened
  }

  return {
    choice,
    origin: site.origin,
    disks,
    get page() {
      return tab.page
    },
    get isCrashed() {
      return tab.isCrashed
    },
    get crashed() {
      return tab.crashed
    },
    uncaught,
    async reopen() {
      if (!tab.isCrashed) return
      await tab.page.close()
      tab = await openTab()
    },
    reset() {
      site.origin.reset()
      uncaught.length = 0
    },
    reload: () => load(tab.page, `${site.url}random/page.html`),
    close: () => site.close(),
  }
}

/** Loads a page; again, if it hangs or comes without the worker, as in `browser/helpers.ts`. */
async function load(page: Page, url: string): Promise<void> {
  for (;;) {
    const isLoaded = await page.goto(url, { timeout: loadMs }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof errors.TimeoutError) return false
        throw error
      },
    )
    if (!isLoaded) continue
    const isReady = await page.evaluate(async () => {
      if (!('sectorcache' in globalThis) || !('randomPage' in globalThis)) return false
      await sectorcache.ready
      return randomPage.isServed()
    })
    if (isReady) return
  }
}

/** The browser itself reports every answer of 4xx and 5xx as an error. */
function isError(message: ConsoleMessage): boolean {
  return message.type() === 'error' && !message.text().startsWith('Failed to load resource')
}

function pageOf({ chunkSize, store, onChange }: SiteChoice): string {
  const options = `data-chunk-size="${chunkSize}" data-store="${store}" data-on-change="${onChange}"`
  return `<!doctype html><title>random</title>
    <script src="/sectorcache.js" data-disks="${diskPattern}" data-sw="service-worker.js" ${options}></script>
    <script src="reader.js"></script>
    <body><script src="page.js"></script></body>`
}

const framePage = `<!doctype html><title>frame</title><script src="reader.js"></script>`
