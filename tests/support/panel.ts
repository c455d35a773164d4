import type { Locator, Page } from '@playwright/test'
import type { DiskStatus } from '../../src/protocol/reports.ts'

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
