import { axeFindings } from '../support/axe.ts'
import { expect, pageWith, test } from '../support/e2e-test.ts'
import {
  confirm,
  press,
  readShown as read,
  showView,
  shownDisk,
  statusOf,
  store,
  visitPanel,
} from '../support/panel.ts'
import { noteReset } from '../support/storage.ts'

const MiB = 2 ** 20
const { name, url } = shownDisk
const views = ['Disks', 'Map', 'Requests', 'Figures', 'Storage', 'Faults']

/** What a site with a strict policy sends. Lit makes its templates by a policy of its own. */
const policy =
  "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "require-trusted-types-for 'script'; trusted-types sectorcache lit-html"

test('the map is walked by keyboard, and what is selected is prefetched, pinned and evicted', async ({
  tab,
  visit,
}) => {
  const { panel } = await visitPanel({ tab, visit })
  await showView(panel, 'Map')
  const grid = panel.getByRole('grid', { name: `Chunks of ${name}` })
  const cell = (text: RegExp): Promise<void> =>
    expect(panel.getByRole('gridcell', { name: text })).toBeAttached()
  await grid.focus()
  await cell(/Chunk 0 of 8; .*State stored/)
  await cell(/SHA-256 [0-9a-f]{16}/)
  await grid.press('End')
  await cell(/Chunk 7 of 8; Offset 7,340,032 \(7\.0\sMiB\), 1\.0\sMiB long; State not stored/)
  await grid.press('Shift+ArrowLeft')
  await expect(panel).toContainText('2 chunks selected, 2.0 MiB')
  await press(panel, `Prefetch selected chunks of ${name}`)
  await cell(/Chunk 6 of 8; .*State stored/)
  await press(panel, `Pin selected chunks of ${name}`)
  await cell(/Chunk 6 of 8; .*State stored, pinned/)
  expect(await statusOf(tab, url)).toMatchObject({
    coverage: [
      { start: 0, end: 2 * MiB },
      { start: 6 * MiB, end: 8 * MiB },
    ],
    pins: [{ start: 6 * MiB, end: 8 * MiB }],
  })
  await press(panel, `Unpin selected chunks of ${name}`)
  await cell(/Chunk 6 of 8; .*State stored;/)
  await press(panel, `Evict selected chunks of ${name}`)
  await confirm(panel, 'Evict')
  await expect(panel).toContainText('Evicted 2 chunks: 2.0 MiB freed.')
  expect((await statusOf(tab, url)).coverage).toEqual([{ start: 0, end: 2 * MiB }])

  // With the mouse: over the first three cells, of 16 pixels each.
  const { x = 0, y = 0 } = (await grid.boundingBox()) ?? {}
  await tab.mouse.move(x + 8, y + 8)
  await expect(panel).toContainText('0 of 8')
  await tab.mouse.down()
  await tab.mouse.move(x + 40, y + 8)
  await tab.mouse.up()
  await expect(panel).toContainText('3 chunks selected, 3.0 MiB')
  await grid.press('Home')
  await expect(panel).toContainText('Drag, or press Shift')
  await press(panel, 'Larger cells')
  await expect(panel.getByRole('button', { name: 'Larger cells' })).toBeDisabled()
})

test('requests are listed, filtered, held and copied; figures and storage say what they amount to', async ({
  tab,
  visit,
}) => {
  const { panel } = await visitPanel({ tab, visit })
  await noteReset(tab, Date.now() - 2 * 3_600_000)
  await showView(panel, 'Requests')
  await read(tab, 0, 4096)
  await read(tab, 5 * MiB, 5 * MiB + 4096)
  const rows = panel.getByRole('row')
  await expect(rows).toHaveCount(3)
  await expect(rows.nth(1)).toContainText(/5,242,880–5,246,975\s*miss\s*–\s*4\.0\sKiB/)
  await panel.getByLabel('Outcome').selectOption('hit')
  await expect(rows).toHaveCount(2)
  await panel.getByLabel('Outcome').selectOption('all')
  await panel.getByLabel('Filter').fill('no such disk')
  await expect(rows).toHaveCount(1)
  await panel.getByLabel('Filter').fill('EXERCISER')
  await expect(rows).toHaveCount(3)
  // What is changed twice before a frame is drawn is changed twice.
  await panel.getByLabel('Outcome').evaluate((select: HTMLSelectElement) => {
    select.value = 'error'
    select.dispatchEvent(new Event('change'))
    const filter = select.closest('.actions')?.querySelector('input')
    if (filter) filter.value = 'exerciser'
    filter?.dispatchEvent(new Event('input'))
  })
  await expect(rows).toHaveCount(1)
  await panel.getByLabel('Outcome').selectOption('all')
  await expect(rows).toHaveCount(3)
  await panel.getByLabel('Filter').fill('EXERCISER')
  await press(panel, 'Pause showing requests')
  await read(tab, 0, 512)
  await showView(panel, 'Figures')
  await expect(panel.getByText('of 3 reads')).toBeVisible()
  await showView(panel, 'Requests')
  await expect(rows).toHaveCount(3)
  await tab.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await press(panel, 'Copy these requests as JSON')
  await expect(panel).toContainText('Copied 2 requests as JSON.')
  const copied = JSON.parse(await tab.evaluate(() => navigator.clipboard.readText())) as unknown
  expect(copied).toMatchObject([{ outcome: 'miss' }, { outcome: 'hit' }])
  await press(panel, 'Go on showing requests')
  await expect(rows).toHaveCount(4)
  // What is filtered stays so, and to be seen, in other views and back.
  await panel.getByLabel('Outcome').selectOption('miss')
  await showView(panel, 'Figures')
  await showView(panel, 'Requests')
  await expect(panel.getByRole('combobox', { name: 'Outcome' })).toHaveValue('miss')
  await expect(panel.getByLabel('Filter')).toHaveValue('EXERCISER')
  await expect(panel).toContainText('The last 1 that match of 3')

  await showView(panel, 'Storage')
  await expect(panel).toContainText('threw away all that was stored, 2 hours ago')
  await expect(panel.getByRole('listitem').first()).toContainText(`${name}, chunk`)
  await panel.getByLabel(/If the budget were/).fill('0')
  await expect(panel).toContainText(`3 chunks of ${name} would go, 3.0 MiB.`)
  await panel.getByLabel(/If the budget were/).fill('100')
  await expect(panel).toContainText('Nothing would go.')
  expect((await statusOf(tab, url)).storedChunks).toBe(3)
  await press(panel, 'Ask to keep what is stored')
  await expect(panel).toContainText(/The browser (will keep|did not agree)/)
  const isKept = await tab.evaluate(() => navigator.storage.persisted())
  await expect(panel).toContainText(isKept ? 'The browser will keep' : 'did not agree')
  await expect(panel).toContainText(isKept ? 'Yes: the browser' : 'No: the browser')
})

test('axe finds nothing, light or dark, wide or narrow, under a strict policy and in a window of its own', async ({
  tab,
  visit,
}) => {
  const refused: string[] = []
  tab.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text())
  })
  const html = pageWith({ attributes: 'data-panel' }).replace(
    '<!doctype html>',
    '<!doctype html><html lang="en">',
  )
  await visit(
    { attributes: 'data-panel' },
    {
      pages: { '/page.html': html },
      headers: { '/page.html': { 'Content-Security-Policy': policy } },
    },
  )
  // Nothing of the panel is loaded, and nothing listens, until it is opened.
  const loaded = (): Promise<boolean> =>
    tab.evaluate(() =>
      performance.getEntriesByType('resource').some(({ name: file }) => file.includes('panel')),
    )
  expect(await loaded()).toBe(false)
  await store(tab, url, 2 * MiB)
  await tab.keyboard.press('Alt+Shift+KeyS')
  const panel = tab.locator('sectorcache-panel')
  await expect(panel).toContainText(name)
  await read(tab, 0, 512)
  await noteReset(tab, Date.now())
  for (const [colorScheme, width] of [
    ['light', 390],
    ['dark', 1280],
  ] as const) {
    await tab.setViewportSize({ width, height: 844 })
    await tab.emulateMedia({ colorScheme })
    for (const view of views) {
      await showView(panel, view)
      await expect(panel.getByRole('tabpanel', { name: view })).toBeVisible()
      expect([view, await axeFindings(tab)]).toEqual([view, []])
      const tooWide = await panel.evaluate((it) => it.scrollWidth > it.clientWidth)
      expect([view, width, tooWide]).toEqual([view, width, false])
    }
  }
  const opening = tab.waitForEvent('popup')
  await press(panel, 'Pop out into a window of its own')
  const popup = await opening
  popup.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text())
  })
  const popped = popup.locator('sectorcache-panel')
  await expect(popped.getByRole('tab', { name: 'Faults' })).toHaveAttribute('aria-selected', 'true')
  await expect(popped.getByRole('button', { name: 'Pop out' })).toHaveCount(0)
  await tab.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await showView(popped, 'Requests')
  await press(popped, 'Copy these requests as JSON')
  await expect(popped).toContainText('as JSON.')
  await popped.getByRole('tab', { name: 'Disks' }).click()
  await expect(popped).toContainText('2.0 MiB of 8.0 MiB')
  expect(await axeFindings(popup)).toEqual([])
  expect(await popped.evaluate((it) => getComputedStyle(it).display)).toBe('block')
  // The drawer is closed by that; the shortcut is none while somebody types.
  await expect(panel).toHaveCount(0)
  await tab.evaluate(() => document.body.append(document.createElement('input')))
  await tab.locator('input').press('Alt+Shift+KeyS')
  await expect(panel).toHaveCount(0)
  await tab.getByRole('button', { name: 'Disk cache' }).focus()
  await tab.keyboard.press('Alt+Shift+KeyS')
  await panel.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(tab.getByRole('button', { name: 'Disk cache' })).toBeFocused()
  expect(refused).toEqual([])
  const closed = popup.waitForEvent('close')
  await tab.goto('about:blank')
  await closed
})
