import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce } from '../support/fetched.ts'
import { confirm, openPanel, press, statusOf, store } from '../support/panel.ts'
import { readRange } from '../support/read.ts'
import { countRecords } from '../support/storage.ts'

const MiB = 2 ** 20
const name = 'exerciser-8MiB.img'
const url = `/disks/${name}`

/** Presses a button that saves a file. @returns its content. */
async function saveWith(tab: Page, panel: Locator, button: string): Promise<Buffer> {
  const saving = tab.waitForEvent('download')
  await press(panel, button)
  const download = await saving
  expect(download.suggestedFilename()).toBe(`${name}.tar`)
  return readFile(await download.path())
}

/** Presses a button that asks for a file, and chooses one. */
async function loadWith(
  tab: Page,
  panel: Locator,
  { button, file }: { button: string; file: Buffer },
): Promise<void> {
  const choosing = tab.waitForEvent('filechooser')
  await press(panel, button)
  const chooser = await choosing
  await chooser.setFiles({ name: 'any.tar', mimeType: 'application/x-tar', buffer: file })
}

test('a disk is exported, and is there again after everything was cleared', async ({
  tab,
  visit,
}) => {
  const site = await visit({ attributes: 'data-panel' })
  await store(tab, url, 2 * MiB)
  const panel = await openPanel(tab)
  const file = await saveWith(tab, panel, `Export ${name}`)
  await expect(panel).toContainText(`Exported ${name}: the browser saves 2.0 MiB.`)
  await press(panel, 'Clear all disks and figures')
  await confirm(panel, 'Clear all')
  await expect(panel).toContainText('No disk is known yet')
  expect(await countRecords(tab)).toMatchObject({ generations: 0, pages: 0 })

  // What is no archive is told of, and the panel goes on.
  await loadWith(tab, panel, { button: 'Import a disk from a file', file: Buffer.from('no') })
  const problems = panel.getByRole('log', { name: 'Problems' })
  await expect(problems).toContainText('Could not import integrity-failed')
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
  await expect(progress).toHaveAccessibleName(/^Importing .*: running · 5\.0\sMiB of 8\.0\sMiB/)
  await press(panel, `Stop importing ${name}`)
  await expect(progress).toHaveCount(0)
  await expect(panel).toContainText(/The import into .* was stopped; \d+ bytes of it are stored/)
  await expect(panel.getByRole('log', { name: 'Problems' })).toBeEmpty()
  expect((await statusOf(tab, url)).storedChunks).toBe(4)
})
