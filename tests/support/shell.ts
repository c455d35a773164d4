import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'

/** Paths of the files of pages that are kept. */
export function keptFiles(tab: Page): Promise<string[]> {
  return tab.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('sectorcache-shell'))
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return requests.flat().map(({ url }) => new URL(url).pathname)
  })
}

/** Waits until these are kept. */
export async function expectKept(tab: Page, paths: readonly string[]): Promise<void> {
  await expect.poll(() => keptFiles(tab)).toEqual(expect.arrayContaining([...paths]))
}
