import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from '@playwright/test'
import { createProfile } from './profile.ts'
import { openSite } from './site.ts'

/** Where the README looks for them. */
const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))

const views = ['Disks', 'Map', 'Requests', 'Figures', 'Storage', 'Faults'] as const
const wide = { width: 1360, height: 1000 }
const narrow = { width: 390, height: 844 }

/** Boots Linux in the demo, cold, and takes pictures of every view meanwhile. Needs a build and the Linux disk. */
async function takeScreenshots(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const site = await openSite({ content: 'demo', port: 8086, latencyMs: 20 })
  const profile = await createProfile()
  try {
    const context = await profile.open()
    const tab = context.pages()[0] ?? (await context.newPage())
    await tab.setViewportSize(wide)
    await tab.goto(`${site.url}?disk=linux.img&autoboot`)
    const panel = tab.locator('sectorcache-panel')
    await readsAreMore(tab, 150)
    await prepareMap(panel)
    // A prefetch that will not be over soon.
    site.origin.shape.rateBitsPerSecond = 4e6
    await panel.getByRole('tab', { name: 'Disks' }).click()
    await panel.getByRole('button', { name: 'Prefetch linux.img' }).click()
    await readsAreMore(tab, 400)
    for (const scheme of ['light', 'dark', 'narrow'] as const) {
      await tab.emulateMedia({ colorScheme: scheme === 'dark' ? 'dark' : 'light' })
      await tab.setViewportSize(scheme === 'narrow' ? narrow : wide)
      for (const view of views) await takeView(panel, { view, scheme })
      if (scheme === 'narrow') continue
      await panel.getByRole('tab', { name: 'Map' }).click()
      await tab.evaluate(() => scrollTo(0, 0))
      await tab.screenshot({ path: `${folder}demo-${scheme}.png` })
    }
  } finally {
    await profile.remove()
    await site.close()
  }
}

/** Waits until the guest has read so often. */
async function readsAreMore(tab: Page, count: number): Promise<void> {
  await tab.waitForFunction(
    (least) =>
      Number(document.querySelector('#boot-reads .value')?.textContent?.replace(/\D/g, '')) > least,
    count,
    { timeout: 600_000 },
  )
}

/** Pins the beginning of the disk, and stores some of its end. */
async function prepareMap(panel: Locator): Promise<void> {
  await panel.getByRole('tab', { name: 'Map' }).click()
  const grid = panel.getByRole('grid')
  await grid.press('Home')
  for (let at = 0; at < 5; at++) await grid.press('Shift+ArrowRight')
  await panel.getByRole('button', { name: 'Pin selected chunks of linux.img', exact: true }).click()
  await grid.press('End')
  await grid.press('Shift+ArrowUp')
  await panel.getByRole('button', { name: 'Prefetch selected chunks of linux.img' }).click()
  await panel.getByRole('gridcell', { name: /State stored/ }).waitFor({ state: 'attached' })
  await grid.press('Home')
  for (let at = 0; at < 4; at++) await grid.press('ArrowDown')
}

async function takeView(
  panel: Locator,
  { view, scheme }: { view: (typeof views)[number]; scheme: string },
): Promise<void> {
  await panel.getByRole('tab', { name: view }).click()
  if (view === 'Storage') await panel.getByRole('listitem').first().waitFor()
  await panel.page().mouse.move(0, 0)
  await panel.screenshot({ path: `${folder}panel-${view.toLowerCase()}-${scheme}.png` })
}

await takeScreenshots()
