import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e-test.ts'
import {
  openPanel,
  press,
  readShown as read,
  showView,
  shownDisk,
  visitPanel,
} from '../support/panel.ts'
import { stopWorkers } from '../support/profile.ts'
import { readRange } from '../support/read.ts'
import { deleteChunkData } from '../support/storage.ts'

const MiB = 2 ** 20
const { name, url } = shownDisk

/** Requests that are to fail, as the worker has it. */
function failuresLeft(tab: Page): Promise<number> {
  return tab.evaluate(async () => (await (await sectorcache.ready).setFaults()).failNext ?? 0)
}

test('faults act at the origin, survive the worker, and end with the window or page that wanted them', async ({
  tab,
  visit,
}) => {
  const { site, panel } = await visitPanel({ tab, visit })
  await showView(panel, 'Faults')
  const faults = panel.getByRole('status').filter({ hasText: 'Faults are on' })
  // Enter is for the number of requests only.
  await panel.getByLabel(/Work offline/).press('Enter')
  expect(await failuresLeft(tab)).toBe(0)
  await panel.getByLabel(/Work offline/).check()
  await expect(faults).toHaveText(/Faults are on: working offline\s+End/)
  expect(await read(tab, 0, 512)).toContain('hit')
  expect((await readRange(tab, url, [3 * MiB, 3 * MiB + 1])).text).toContain('origin-unreachable')
  await stopWorkers(tab)
  // The first read wakes a worker that knows nothing; its events tell the page.
  await read(tab, 0, 512)
  const isOffline = (): Promise<boolean> =>
    tab.evaluate(async () => (await (await sectorcache.ready).setFaults()).offline === true)
  await expect.poll(isOffline).toBe(true)
  expect((await readRange(tab, url, [4 * MiB, 4 * MiB + 1])).status).toBe(503)
  await press(panel, 'End faults')
  await expect(faults).toHaveCount(0)
  // All of the chunk: else its rest, fetched in the background, meets the faults that follow.
  expect(await read(tab, 3 * MiB, 4 * MiB)).toContain('miss')

  await panel.getByLabel('Requests to fail').fill('2')
  await panel.getByLabel('Requests to fail').press('Enter')
  await expect(faults).toContainText('the next 2 requests will fail')
  // Both are made up for by trying again.
  expect(await read(tab, 6 * MiB, 6 * MiB + 512)).toContain('miss')
  await expect(faults).toHaveCount(0)
  await panel.getByLabel('Latency').selectOption('50 ms')
  await expect(faults).toContainText('50 ms added')
  await panel.getByLabel(/Work offline/).check()
  await expect(faults).toContainText('working offline, 50 ms added')
  // Chosen before the other choice is in force, which another page made: neither is taken back.
  await tab.evaluate(async () => (await sectorcache.ready).setFaults({ latencyMs: 70 }))
  // The panel looks again when something happens.
  expect(await read(tab, 0, 512)).toContain('hit')
  await expect(faults).toHaveText(/Faults are on: 70 ms added/)
  await panel.getByLabel(/Work offline/).evaluate((box: HTMLInputElement) => {
    box.click()
    const select = box.form?.elements.namedItem('latencyMs') as HTMLSelectElement
    select.value = '50'
    select.dispatchEvent(new Event('change', { bubbles: true }))
  })
  await expect(faults).toContainText('working offline, 50 ms added')
  await panel.getByLabel(/Work offline/).uncheck()
  await expect(faults).toHaveText(/Faults are on: 50 ms added/)

  await press(panel, 'End faults')
  await expect(faults).toHaveCount(0)

  // Those that are wanted in a window of its own end with that.
  const opening = tab.waitForEvent('popup')
  await press(panel, 'Pop out into a window of its own')
  const popup = await opening
  await popup.getByLabel(/Work offline/).check()
  await expect.poll(isOffline).toBe(true)
  await popup.evaluate(() => close())
  await expect.poll(isOffline).toBe(false)

  await openPanel(tab)
  await showView(panel, 'Faults')
  await panel.getByLabel(/Work offline/).check()
  await expect.poll(isOffline).toBe(true)
  const other = await tab.context().newPage()
  await other.goto(`${site.url}page.html`)
  await other.evaluate(() => sectorcache.ready)
  expect((await readRange(other, url, [7 * MiB, 7 * MiB + 1])).status).toBe(503)
  await tab.close()
  expect((await readRange(other, url, [7 * MiB, 7 * MiB + 1])).status).toBe(206)
})

test('the worker forgets what it remembers of a disk', async ({ tab, visit }) => {
  const { panel } = await visitPanel({ tab, visit })
  expect(await read(tab, 0, 512)).toContain('hit')
  await deleteChunkData(tab)
  expect(await read(tab, 512, 1024)).toContain('hit')
  await showView(panel, 'Faults')
  await press(panel, `Forget ${name} in the worker’s memory`)
  await expect(panel).toContainText('The worker has forgotten')
  expect(await read(tab, 0, 512)).toContain('miss')
})
