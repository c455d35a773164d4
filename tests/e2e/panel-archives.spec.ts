import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce } from '../support/fetched.ts'
import {
  confirm,
  openPanel,
  press,
  shownDisk,
  statusOf,
  store,
  visitPanel,
} from '../support/panel.ts'
import type { Handler } from '../support/site.ts'
import { readRange } from '../support/read.ts'
import { countRecords } from '../support/storage.ts'

const MiB = 2 ** 20
const { name, url } = shownDisk

/** Presses a button that saves a file. @returns its content. */
async function saveWith(tab: Page, panel: Locator, button: string): Promise<Buffer> {
  const saved = savedBy(tab)
  await press(panel, button)
  return saved
}

/** Waits until a page saves a file. @returns its content. */
async function savedBy(tab: Page): Promise<Buffer> {
  const download = await tab.waitForEvent('download')
  expect(download.suggestedFilename()).toBe(`${name}.tar`)
  return readFile(await download.path())
}

/** Presses a button that asks for a file, and chooses one. */
async function loadWith(
  tab: Page,
  panel: Locator,
  { button, file, as = 'any.tar' }: { button: string; file: Buffer; as?: string },
): Promise<void> {
  const choosing = tab.waitForEvent('filechooser')
  await press(panel, button)
  const chooser = await choosing
  await chooser.setFiles({ name: as, mimeType: 'application/x-tar', buffer: file })
}

test('a disk is exported, and is there again after everything was cleared', async ({
  tab,
  visit,
}) => {
  const { site, panel } = await visitPanel({ tab, visit })
  const file = await saveWith(tab, panel, `Export ${name}`)
  await expect(panel).toContainText(`Exported ${name}: the browser saves 2.0 MiB.`)
  await press(panel, 'Clear all disks and figures')
  await confirm(panel, 'Clear all')
  await expect(panel).toContainText('No disk is known yet')
  expect(await countRecords(tab)).toMatchObject({ generations: 0, pages: 0 })

  // What is no archive is told of, and the panel goes on.
  await loadWith(tab, panel, { button: 'Import a disk from a file', file: Buffer.from('no') })
  const problems = panel.getByRole('log', { name: 'Problems' })
  await expect(problems).toContainText('Could not import any.tar integrity-failed')
  await loadWith(tab, panel, { button: 'Import a disk from a file', file })
  await expect(panel).toContainText(
    `Imported ${name}: 2.0 MiB new, 0 B were stored, 6.0 MiB are missing.`,
  )
  expect((await statusOf(tab, url)).coverage).toEqual([{ start: 0, end: 2 * MiB }])
  expect((await readRange(tab, url, [MiB, MiB + 512])).headers['cache-status']).toContain('hit')
  expect(fetchedOnce(site.diskRequests(name))).toEqual([[0, 2 * MiB]])
  await loadWith(tab, panel, { button: `Import ${name}`, file })
  await expect(panel).toContainText('0 B new, 2.0 MiB were stored')
})

test('an archive of another address is taken only when the person says that it is the same disk', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-panel' })
  await store(tab, url, 2 * MiB)
  const copy = `copy-of-${name}`
  await tab.evaluate(
    async (path) => (await sectorcache.ready).disk(path).tag('copy'),
    `/disks/${copy}`,
  )
  const panel = await openPanel(tab)
  const file = await saveWith(tab, panel, `Export ${name}`)
  const choose = (): Promise<void> => loadWith(tab, panel, { button: `Import ${copy}`, file })
  await choose()
  await expect(panel.getByRole('dialog')).toContainText(`${url} into ${copy}?`)
  await confirm(panel, 'Cancel')
  expect((await statusOf(tab, `/disks/${copy}`)).generations).toEqual([])
  await choose()
  await confirm(panel, 'Import')
  await expect(panel).toContainText(`Imported ${copy}: 2.0 MiB new`)
  expect((await statusOf(tab, `/disks/${copy}`)).storedChunks).toBe(2)
})

test('an import shows how far it is, and is stopped: what has come stays', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-panel' })
  await store(tab, url, 8 * MiB)
  const panel = await openPanel(tab)
  const file = await saveWith(tab, panel, `Export ${name}`)
  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Evict')
  await expect(panel).toContainText('Evicted 8 chunks')
  await tab.evaluate((length) => {
    const { stream } = Blob.prototype
    // As from a drive that has stopped in the middle.
    Blob.prototype.stream = function streamPart() {
      const reader = stream.call(this.slice(0, length)).getReader()
      return new ReadableStream({
        async pull(controller) {
          const { done, value } = await reader.read()
          if (done) await new Promise(() => undefined)
          else controller.enqueue(value)
        },
      })
    }
  }, 6 * MiB)
  await loadWith(tab, panel, { button: `Import ${name}`, file })
  const progress = panel.getByRole('progressbar')
  await expect(progress).toHaveAccessibleName(
    /^Importing any\.tar: running · 6\.0\sMiB of 8\.0\sMiB/,
  )
  await press(panel, 'Stop importing any.tar')
  await expect(progress).toHaveCount(0)
  await expect(panel).toContainText(/The import into .* was stopped; \d+ bytes of it are stored/)
  await expect(panel.getByRole('log', { name: 'Problems' })).toBeEmpty()
  expect((await statusOf(tab, url)).storedChunks).toBe(4)
})

test('an export is stopped wherever it waits, goes on without a panel, and is saved when its window is gone', async ({
  tab,
  visit,
}) => {
  const held: (() => void)[] = []
  const holdScript: Handler = (request, _response, next) => {
    if (request.url?.includes('archive.js') === true) held.push(next)
    else next()
  }
  const { panel } = await visitPanel({ tab, visit }, { handlers: [holdScript] })
  const progress = panel.getByRole('progressbar')
  await press(panel, `Export ${name}`)
  await expect(progress).toHaveAccessibleName(`Exporting ${name}: running`)
  await panel.press('Escape')
  await expect(panel).toHaveCount(0)
  await openPanel(tab)
  await expect(progress).toHaveAccessibleName(`Exporting ${name}: running`)
  await press(panel, `Stop exporting ${name}`)
  await expect(panel).toContainText(/The export of .* was aborted/)
  await expect(progress).toHaveCount(0)

  // A chunk comes, and the next one does not until it is let go.
  await tab.evaluate(() => {
    const { arrayBuffer } = Blob.prototype
    const { promise, resolve } = Promise.withResolvers<void>()
    let reads = 0
    Blob.prototype.arrayBuffer = async function read() {
      if (++reads > 1) await promise
      return arrayBuffer.call(this)
    }
    Object.assign(globalThis, { letChunksCome: resolve })
  })
  await press(panel, `Export ${name}`)
  held.splice(0).forEach((letCome) => letCome())
  await expect(progress).toHaveAccessibleName(/running · 1\.0\sMiB of 2\.0\sMiB/)
  await press(panel, `Stop exporting ${name}`)
  await expect(progress).toHaveCount(0)
  await expect(panel.getByRole('log', { name: 'Problems' })).toBeEmpty()

  await press(panel, `Export ${name}`)
  const opening = tab.waitForEvent('popup')
  await press(panel, 'Pop out into a window of its own')
  const popup = await opening
  await expect(popup.getByRole('progressbar')).toHaveAccessibleName(`Exporting ${name}: running`)
  await popup.evaluate(() => close())
  const saved = savedBy(tab)
  await tab.evaluate(() => (globalThis as unknown as { letChunksCome(): void }).letChunksCome())
  expect((await saved).byteLength).toBeGreaterThan(2 * MiB)
  await openPanel(tab)
  await expect(panel).toContainText(`Exported ${name}: the browser saves 2.0 MiB.`)
})

test('two files are imported at once', async ({ tab, visit }) => {
  const { panel } = await visitPanel({ tab, visit })
  const file = await saveWith(tab, panel, `Export ${name}`)
  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Evict')
  await expect(panel).toContainText('Evicted 2 chunks')
  await tab.evaluate(() => {
    const { stream } = Blob.prototype
    const { promise, resolve } = Promise.withResolvers<void>()
    Blob.prototype.stream = function streamLater() {
      const held = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>()
      void promise.then(() => stream.call(this).pipeTo(held.writable))
      return held.readable
    }
    Object.assign(globalThis, { letFilesCome: resolve })
  })
  for (const as of ['one.tar', 'two.tar']) {
    await loadWith(tab, panel, { button: `Import ${name}`, file, as })
    await expect(panel.getByRole('progressbar', { name: `Importing ${as}` })).toBeVisible()
  }
  await expect(panel.getByRole('progressbar')).toHaveCount(2)
  await tab.evaluate(() => (globalThis as unknown as { letFilesCome(): void }).letFilesCome())
  await expect(panel.getByRole('progressbar')).toHaveCount(0)
  await expect(panel.getByRole('log', { name: 'Problems' })).toBeEmpty()
  expect(await statusOf(tab, url)).toMatchObject({ storedChunks: 2, storedBytes: 2 * MiB })
  await press(panel, `Verify ${name}`)
  await expect(panel).toContainText('2.0 MiB, all as they were stored.')
})
