import type { Locator, Page } from '@playwright/test'
import type { DiskStatus } from '../../src/protocol/reports.ts'
import type { Fixtures } from './e2e-test.ts'
import { readRange } from './read.ts'
import type { Site } from './site.ts'

const mebibyte = 2 ** 20

/** The disk that most tests of the panel are about; 8 MiB, in chunks of 1 MiB. */
export const shownDisk = {
  name: 'exerciser-8MiB.img',
  url: '/disks/exerciser-8MiB.img',
} as const

/** Visits a page that has a panel, and has stored the first 2 MiB of {@link shownDisk}; and opens the panel. */
export async function visitPanel(
  { tab, visit }: Pick<Fixtures, 'tab' | 'visit'>,
  options: Parameters<Fixtures['visit']>[1] = {},
): Promise<{ site: Site; panel: Locator }> {
  const site = await visit({ attributes: 'data-panel' }, options)
  await store(tab, shownDisk.url, 2 * mebibyte)
  return { site, panel: await openPanel(tab) }
}

/** Reads bytes of {@link shownDisk}. @returns where they came from: the field `Cache-Status`. */
export async function readShown(tab: Page, start: number, end: number): Promise<string> {
  return (await readRange(tab, shownDisk.url, [start, end])).headers['cache-status'] ?? ''
}

/** Opens the panel of a page with `data-panel`. */
export async function openPanel(tab: Page): Promise<Locator> {
  await tab.getByRole('button', { name: 'Disk cache' }).click()
  return tab.locator('sectorcache-panel')
}

/** Shows one of its views. */
export function showView(panel: Locator, name: string): Promise<void> {
  return panel.getByRole('tab', { name }).click()
}

/** Clicks a button by its accessible name. */
export function press(panel: Locator, name: string): Promise<void> {
  return panel.getByRole('button', { name, exact: true }).click()
}

/** Says yes to what the panel asks. */
export function confirm(panel: Locator, name: string): Promise<void> {
  return panel.getByRole('dialog').getByRole('button', { name, exact: true }).click()
}

/** Asks the worker, past the panel. */
export function statusOf(tab: Page, url: string): Promise<DiskStatus> {
  return tab.evaluate(async (path) => (await sectorcache.ready).disk(path).status(), url)
}

/** Stores a part of a disk, past the panel. */
export async function store(tab: Page, url: string, end: number): Promise<void> {
  await tab.evaluate(
    async ([path, until]) =>
      (await sectorcache.ready).disk(path).prefetch({ ranges: [{ start: 0, end: until }] }),
    [url, end] as const,
  )
}

/**
 * Resolves when the page has been told that so many bytes were stored or evicted. Its panel has been told too, and takes
 * nothing back on that account any more: events come up to 100 ms late.
 */
export function toldOf(tab: Page, type: 'stored' | 'evicted', bytes: number): Promise<void> {
  return tab.evaluate(
    async ([wanted, enough]) => {
      const cache = await sectorcache.ready
      await new Promise<void>((resolve) => {
        let sum = 0
        const end = cache.subscribe((events) => {
          for (const event of events) {
            if (event.type !== wanted) continue
            if (event.type === 'evicted') sum += event.bytes
            if (event.type === 'stored') {
              for (const range of event.ranges) sum += range.end - range.start
            }
          }
          if (sum < enough) return
          end()
          resolve()
        })
      })
    },
    [type, bytes] as const,
  )
}
