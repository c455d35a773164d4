import { test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import { createProfile } from './profile.ts'
import type { Profile } from './profile.ts'
import { openSite } from './site.ts'
import type { Site, SiteOptions } from './site.ts'

/** What an end-to-end test gets. */
export interface Fixtures {
  /** A browser profile on disk, new and empty. */
  profile: Profile
  /** A page of that profile's browser. */
  tab: Page
  /** Opens a site that is closed after the test. */
  serve: (options: SiteOptions) => Promise<Site>
  /** Serves a page with the script tag, opens it in the tab, and waits until the cache is ready. */
  visit: (tag?: Tag, options?: Partial<SiteOptions>) => Promise<Site>
}

/** What differs from the plainest script tag. */
export interface Tag {
  /** Further attributes; by default chunks are of 1 MiB, and nothing is read ahead, so that tests know what is asked for. Such as `data-store="opfs"`. */
  readonly attributes?: string
  /** @default '/disks/*' */
  readonly disks?: string
}

/** HTML of a page with the script tag and nothing else. */
export function pageWith({ attributes = '', disks = '/disks/*' }: Tag = {}): string {
  // Of an attribute that is there twice, the first one counts.
  const usual = 'data-chunk-size="1MiB" data-readahead="off"'
  const script = `<script src="/sectorcache.js" data-disks="${disks}" ${attributes} ${usual}></script>`
  return `<!doctype html><title>page</title>${script}`
}

/** Playwright's `test`, with a real profile and real servers. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's form
  profile: async ({}, use) => {
    const profile = await createProfile()
    await use(profile)
    await profile.remove()
  },
  tab: async ({ profile }, use) => {
    const context = await profile.open()
    await use(context.pages()[0] ?? (await context.newPage()))
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the parameter's form
  serve: async ({}, use) => {
    const sites: Site[] = []
    await use(async (options) => {
      const site = await openSite(options)
      sites.push(site)
      return site
    })
    await Promise.all(sites.map((site) => site.close()))
  },
  visit: async ({ tab, serve }, use) => {
    await use(async (tag = {}, options = {}) => {
      const pages = { '/page.html': pageWith(tag), ...options.pages }
      const site = await serve({ content: 'pages', ...options, pages })
      await tab.goto(`${site.url}page.html`)
      await tab.evaluate(() => sectorcache.ready)
      return site
    })
  },
})

export { expect } from '@playwright/test'
