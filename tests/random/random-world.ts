import { createProfile } from '../support/profile.ts'
import { buildBrowserCode } from './browser-code.ts'
import { openRandomSite } from './random-site.ts'
import type { RandomSite } from './random-site.ts'
import type { SiteChoice } from './program.ts'

/** A browser with a site of each configuration. */
export interface RandomWorld {
  /** The site of a configuration, opened when it is first wanted. */
  siteOf(choice: SiteChoice): Promise<RandomSite>
  /** Whether the browser has ended by itself. */
  readonly isEnded: boolean
  close(): Promise<void>
}

/** Starts a browser on an empty profile. @param name - of this process, among those that run at the same time */
export async function openRandomWorld(name: string): Promise<RandomWorld> {
  const { folder, remove } = await buildBrowserCode(name)
  const profile = await createProfile()
  const context = await profile.open()
  let isEnded = false
  context.once('close', () => {
    isEnded = true
  })
  const sites = new Map<string, Promise<RandomSite>>()
  return {
    async siteOf(choice) {
      const key = `${choice.chunkSize} ${choice.store} ${choice.onChange}`
      const site = sites.get(key) ?? openRandomSite(choice, { context, folder })
      sites.set(key, site)
      return site
    },
    get isEnded() {
      return isEnded
    },
    async close() {
      await profile.remove()
      await Promise.all([...sites.values()].map(async (site) => (await site).close()))
      await remove()
    },
  }
}
