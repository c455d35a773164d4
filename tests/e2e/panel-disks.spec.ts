import { answerStatus, resetConnection } from '../../src/demo/server/faults.ts'
import type { SectorcachePanel } from '../../src/panel/sectorcache-panel.ts'
import { expect, test } from '../support/e2e-test.ts'
import { openChangingDisk, statesOf } from '../support/generations.ts'
import {
  confirm,
  openPanel,
  press,
  showView,
  shownDisk,
  statusOf,
  store,
  toldOf,
  visitPanel,
} from '../support/panel.ts'
import { readRange } from '../support/read.ts'
import { countRecords, spoilChunk } from '../support/storage.ts'
import { watchLayout } from '../support/watch-layout.ts'

const MiB = 2 ** 20
const { name, url } = shownDisk

test('a prefetch is paused, goes on where it was, and is cancelled', async ({ tab, visit }) => {
  const { site, panel } = await visitPanel({ tab, visit })
  await expect(panel.getByRole('article', { name })).toContainText('2.0 MiB of 8.0 MiB')
  site.origin.shape.rateBitsPerSecond = 4e6
  await press(panel, `Prefetch ${name}`)
  const progress = panel.getByRole('progressbar')
  await expect(progress).toHaveAccessibleName(/running · .* of 8\.0\sMiB · .*B\/s · .* left/)
  const stored = panel.getByRole('definition').filter({ hasText: 'of 8.0' })
  const done = panel.getByText(/Prefetching .*: running/)
  for (const [width, changing] of [
    [390, stored],
    [1280, done],
  ] as const) {
    await tab.setViewportSize({ width, height: 844 })
    const shifts = await watchLayout(tab)
    await expect(changing).not.toHaveText((await changing.textContent()) ?? '')
    expect([width, await shifts()]).toEqual([width, []])
  }
  await press(panel, `Pause prefetching ${name}`)
  await expect(panel.getByRole('progressbar')).toHaveAccessibleName(/paused/)
  site.origin.shape.rateBitsPerSecond = Infinity
  await press(panel, `Resume prefetching ${name}`)
  await expect(panel.getByText('complete')).toBeVisible()
  await expect(panel.getByRole('progressbar')).toHaveCount(0)
  expect(await statusOf(tab, url)).toMatchObject({ complete: true, storedChunks: 8 })
  // Stored chunks were not asked for again.
  const asked = site.diskRequests(name).map((request) => /bytes=(\d+)-/.exec(request)?.[1])
  expect(new Set(asked).size).toBe(asked.length)

  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Evict')
  await expect(panel).toContainText('Evicted 8 chunks: 8.0 MiB freed.')
  site.origin.shape.rateBitsPerSecond = 8e6
  await press(panel, `Prefetch ${name}`)
  await press(panel, `Cancel prefetching ${name}`)
  await expect(panel.getByRole('progressbar')).toHaveCount(0)
  expect((await statusOf(tab, url)).complete).toBe(false)
})

test('what is pinned stays when the rest is evicted, and nothing goes without a yes', async ({
  tab,
  visit,
}) => {
  const { panel } = await visitPanel({ tab, visit })
  await press(panel, `Pin ${name}`)
  await expect.poll(async () => (await statusOf(tab, url)).pinnedBytes).toBe(8 * MiB)
  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Evict')
  await expect(panel).toContainText('2.0 MiB stay: they are pinned.')
  await press(panel, `Unpin ${name}`)
  await expect.poll(async () => (await statusOf(tab, url)).pinnedBytes).toBe(0)
  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Cancel')
  await press(panel, `Evict ${name}`)
  // Else it is the panel that hears it, and closes.
  await expect(panel.getByRole('dialog')).toBeVisible()
  await tab.keyboard.press('Escape')
  expect((await statusOf(tab, url)).storedChunks).toBe(2)
  // Firefox may have drawn some frames before a dialog says that it was closed.
  await panel.evaluate((it) => {
    const dialog = it.shadowRoot?.querySelector('dialog')
    const sayLate = async (event: Event): Promise<void> => {
      if (!event.isTrusted) return
      event.stopImmediatePropagation()
      await (it as SectorcachePanel).requestUpdate()
      dialog?.dispatchEvent(new Event('close'))
    }
    dialog?.addEventListener('close', sayLate, true)
  })
  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Evict')
  await expect.poll(async () => (await statusOf(tab, url)).storedChunks).toBe(0)
  await expect(panel.getByRole('dialog')).toHaveCount(0)
})

test('versions are invalidated by their ETag, all at once, and with everything else', async ({
  tab,
  visit,
}) => {
  const { panel } = await visitPanel({ tab, visit })
  const { etag = '' } = await statusOf(tab, url)
  await panel.getByText('Versions (1)').click()
  await press(panel, `Invalidate version ${etag} of ${name}`)
  await confirm(panel, 'Invalidate')
  await expect(panel).toContainText('Invalidated 2 chunks: 2.0 MiB freed.')
  // The button has gone with its version; the keyboard stays where it was.
  await expect(panel.getByRole('tabpanel')).toBeFocused()
  expect((await statusOf(tab, url)).generations).toEqual([])
  await store(tab, url, MiB)
  await press(panel, `Invalidate all ${name}`)
  await confirm(panel, 'Invalidate')
  await expect(panel).toContainText('Invalidated 1 chunk: 1.0 MiB freed.')
  await store(tab, url, MiB)
  await press(panel, 'Clear all disks and figures')
  await confirm(panel, 'Clear all')
  await expect(panel).toContainText('Cleared 1 chunk: 1.0 MiB freed.')
  await expect(panel).toContainText('No disk is known yet')
  expect(await countRecords(tab)).toMatchObject({ generations: 0, pages: 0 })
  await showView(panel, 'Map')
  await expect(panel.getByRole('tabpanel')).toContainText('No disk is known yet')
})

test('what is damaged is found, shown, and repaired', async ({ tab, visit }) => {
  const { panel } = await visitPanel({ tab, visit })
  await press(panel, `Verify ${name}`)
  await expect(panel).toContainText('2.0 MiB, all as they were stored.')
  await spoilChunk(tab, 1, 'altered')
  await press(panel, `Verify ${name}`)
  await expect(panel).toContainText('of which 1.0 MiB were damaged or missing')
  await expect.poll(async () => (await statusOf(tab, url)).storedChunks).toBe(1)
  await press(panel, `Show map ${name}`)
  await panel.getByRole('grid').press('ArrowRight')
  await expect(panel.getByRole('gridcell', { name: /was damaged/ })).toBeAttached()
  await panel.getByRole('tab', { name: 'Disks' }).click()
  await spoilChunk(tab, 0, 'missing')
  await press(panel, `Verify and repair ${name}`)
  await expect(panel).toContainText('1.0 MiB fetched again.')
  expect((await readRange(tab, url, [0, 512])).headers['cache-status']).toContain('hit')
})

test('a boot is recorded, prefetched again after it was evicted, and found to be all there', async ({
  tab,
  visit,
}) => {
  const { panel } = await visitPanel({ tab, visit })
  await press(panel, `Record boot ${name}`)
  await expect(panel).toContainText(`Recording ${name}: boot it, then stop.`)
  // It goes on while the panel is closed.
  await panel.press('Escape')
  await expect(panel).toHaveCount(0)
  for (const chunk of [5, 1, 3]) await readRange(tab, url, [chunk * MiB, chunk * MiB + 512])
  await openPanel(tab)
  await press(panel, `Stop recording ${name}`)
  await expect(panel).toContainText(`Recorded a boot of ${name}: 3 reads.`)
  const offsets = await tab.evaluate(async (path) => {
    const profile = await (await sectorcache.ready).disk(path).bootProfile()
    return profile?.reads.map(([offset]) => offset)
  }, url)
  expect(offsets).toEqual([5 * MiB, MiB, 3 * MiB])

  const evicted = toldOf(tab, 'evicted', 4 * MiB)
  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Evict')
  await expect(panel).toContainText('Evicted 4 chunks: 4.0 MiB freed.')
  await evicted
  await press(panel, `Check offline ${name}`)
  await expect(panel).toContainText(`${name} does not boot offline.`)
  await expect(panel.getByRole('article', { name })).toContainText('3.0 MiB missing')
  const stored = toldOf(tab, 'stored', 3 * MiB)
  await press(panel, `Prefetch boot ${name}`)
  await expect
    .poll(async () => (await statusOf(tab, url)).coverage)
    .toEqual([1, 3, 5].map((chunk) => ({ start: chunk * MiB, end: (chunk + 1) * MiB })))
  await stored
  await press(panel, `Check offline ${name}`)
  await expect(panel).toContainText(`${name} boots offline.`)
  await expect(panel.getByRole('article', { name })).toContainText('it boots')
  await press(panel, `Evict ${name}`)
  await confirm(panel, 'Evict')
  await expect(panel.getByRole('article', { name })).toContainText('not checked')
})

test('an error is shown with its code and what to do, and the panel goes on', async ({
  tab,
  visit,
}) => {
  const { site, panel } = await visitPanel({ tab, visit })
  site.origin.faults.add(resetConnection())
  await press(panel, `Look for update ${name}`)
  const problems = panel.getByRole('log', { name: 'Problems' })
  await expect(problems).toContainText('origin-unreachable')
  await press(panel, `Dismiss Could not update ${name}`)
  await expect(problems).not.toContainText('origin-unreachable')
  await press(panel, `Prefetch ${name}`)
  await expect(panel.getByRole('progressbar')).toHaveAccessibleName(/waiting network/)
  // What goes on by itself waits; what does not has failed, until somebody tries again.
  site.origin.faults.clear()
  site.origin.faults.add(answerStatus(404))
  await press(panel, `Pause prefetching ${name}`)
  await press(panel, `Resume prefetching ${name}`)
  await expect(panel.getByRole('article', { name })).toContainText('origin-status')
  site.origin.faults.clear()
  await press(panel, `Try again prefetching ${name}`)
  await expect.poll(async () => (await statusOf(tab, url)).complete).toBe(true)
})

test('a new version is found, and taken into use', async ({ tab, visit }) => {
  const disk = await openChangingDisk((disks) =>
    visit({ attributes: 'data-panel' }, { extraDisks: disks }),
  )
  await disk.storeAll(tab)
  const panel = await openPanel(tab)
  await press(panel, 'Look for update disk.img')
  await expect(panel).toContainText('The origin still has this version of disk.img.')
  disk.replace()
  await press(panel, 'Look for update disk.img')
  const found = 'A new version of disk.img is waiting: 8.0 MiB to fetch.'
  await expect(panel).toContainText(found)
  // Versions stay to be seen when there is but one of them again: somebody may be at one of its buttons.
  const { old, next } = disk.versions
  const button = panel.getByRole('button', { name: `Invalidate version ${old.etag} of disk.img` })
  await button.focus()
  await tab.evaluate(
    async ([path, etag]) => (await sectorcache.ready).disk(path).invalidate({ etag }),
    [disk.url, next.etag ?? ''] as const,
  )
  await expect(panel).toContainText('Versions (1)')
  await expect(button).toBeFocused()
  await press(panel, 'Look for update disk.img')
  await expect(panel).toContainText(found)
  await press(panel, `Activate version ${next.etag} of disk.img`)
  await expect(panel).toContainText('Sessions that begin now read the new version')
  await expect.poll(() => statesOf(tab, disk.url)).toContain('active')
  expect(await disk.read(await disk.beginAnother(tab), 1)).toBe('new')
})
