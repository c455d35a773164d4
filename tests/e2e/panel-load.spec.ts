import type { Page } from '@playwright/test'
import { eventChannelName, protocolVersion } from '../../src/protocol/messages.ts'
import { expect, test } from '../support/e2e-test.ts'
import { openPanel, showView } from '../support/panel.ts'
import { readRange } from '../support/read.ts'

const url = '/disks/exerciser-1TiB.img'

/** What a page has done since it was told to count. */
interface Counts {
  readonly renders: number
  readonly frames: number
  /** Rectangles that one frame painted at the most. */
  readonly mostPainted: number
}

/** Counts renders, frames and what is painted, from now on. */
function startCounting(tab: Page): Promise<void> {
  return tab.evaluate(() => {
    const counts = { renders: 0, frames: 0, mostPainted: 0 }
    Object.assign(globalThis, { counts })
    let painted = 0
    const onFrame = (): void => {
      counts.frames++
      requestAnimationFrame(onFrame)
    }
    requestAnimationFrame(onFrame)
    const pen = CanvasRenderingContext2D.prototype
    for (const name of ['fill', 'fillRect', 'strokeRect', 'stroke'] as const) {
      const paint = pen[name] as (...args: unknown[]) => void
      Object.assign(pen, {
        [name](this: CanvasRenderingContext2D, ...args: unknown[]) {
          painted++
          paint.apply(this, args)
        },
      })
    }
    const panel = customElements.get('sectorcache-panel')?.prototype as { rendered(): void }
    const { rendered } = panel
    panel.rendered = function count() {
      counts.renders++
      painted = 0
      rendered.call(this)
      counts.mostPainted = Math.max(counts.mostPainted, painted)
    }
  })
}

function readCounts(tab: Page): Promise<Counts> {
  return tab.evaluate(() => (globalThis as unknown as { counts: Counts }).counts)
}

/** Lets the page hear of reads as from a worker: so many batches, each in a task of its own. */
function sendReads(tab: Page, batches: number, readsPerBatch: number): Promise<void> {
  const scope = new URL('/', tab.url()).href
  return tab.evaluate(
    async ([channelName, version, count, size, disk]) => {
      const channel = new BroadcastChannel(channelName)
      for (let sequence = 0; sequence < count; sequence++) {
        const events = Array.from({ length: size }, (_, at) => ({
          type: 'read',
          url: new URL(disk, location.href).href,
          range: { start: at * 4096, end: at * 4096 + 4096 },
          status: 206,
          outcome: at % 5 === 0 ? 'miss' : 'hit',
          cacheBytes: 4096,
          originBytes: 0,
          at: Date.now(),
          durationMs: 1,
          clientId: 'test',
        }))
        channel.postMessage({
          sectorcache: version,
          kind: 'events',
          worker: 'test',
          sequence,
          events,
        })
        await new Promise((resolve) => setTimeout(resolve))
      }
      channel.close()
    },
    [eventChannelName(scope), protocolVersion, batches, readsPerBatch, url] as const,
  )
}

test('thousands of requests are one render a frame, and no more of the page than hundreds', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-panel' })
  await readRange(tab, url, [0, 512])
  const panel = await openPanel(tab)
  await showView(panel, 'Requests')
  await sendReads(tab, 10, 20)
  await expect(panel.getByRole('row')).toHaveCount(101)
  const nodes = (): Promise<number> =>
    panel.evaluate((it) => it.shadowRoot?.querySelectorAll('*').length ?? 0)
  const before = await nodes()
  await startCounting(tab)
  await sendReads(tab, 300, 20)
  // The read that made the disk known is told of last, perhaps after the panel was opened.
  await expect(panel).toContainText(/of 6,20[01] since/)
  const { renders, frames } = await readCounts(tab)
  expect(renders).toBeGreaterThan(0)
  expect(renders).toBeLessThanOrEqual(frames + 1)
  expect(await nodes()).toBe(before)
})

test('the map of a million chunks paints only what can be seen of it', async ({ tab, visit }) => {
  await visit({ attributes: 'data-panel' })
  await readRange(tab, url, [2 ** 40 - 512, 2 ** 40])
  await readRange(tab, url, [0, 512])
  const panel = await openPanel(tab)
  await expect(panel).toContainText('of 1.0 TiB')
  await startCounting(tab)
  await showView(panel, 'Map')
  const grid = panel.getByRole('grid')
  await grid.press('End')
  await expect(
    panel.getByRole('gridcell', { name: /Chunk 1,048,575 of 1,048,576; .*State stored/ }),
  ).toBeAttached()
  await grid.press('Home')
  await grid.press('PageDown')
  await expect(panel.getByRole('gridcell', { name: /State not stored/ })).toBeAttached()
  const { mostPainted } = await readCounts(tab)
  expect(mostPainted).toBeGreaterThan(100)
  expect(mostPainted).toBeLessThan(5000)
  await panel.getByRole('button', { name: 'Smaller cells' }).click()
  await grid.press('ArrowRight')
  expect((await readCounts(tab)).mostPainted).toBeLessThan(10_000)
})
