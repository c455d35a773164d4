import type { Page } from '@playwright/test'
import type { OfflineReport } from '../../src/protocol/offline-report.ts'
import { disk, expectWholeDiskRight, mebibyte } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { readRange } from '../support/read.ts'
import { spoilChunk } from '../support/storage.ts'

function askReady(tab: Page): Promise<OfflineReport> {
  return tab.evaluate(async (path) => (await sectorcache.ready).disk(path).ready(), disk.url)
}

function blockingCodes({ problems }: OfflineReport): string[] {
  return problems.filter(({ isBlocking }) => isBlocking).map(({ code }) => code)
}

function prefetch(tab: Page, ranges?: OfflineReport['missing']): Promise<unknown> {
  return tab.evaluate(
    async ([path, wanted]) =>
      (await sectorcache.ready).disk(path).prefetch(wanted && { ranges: wanted }),
    [disk.url, ranges] as const,
  )
}

/** As an emulator page does, when its button is clicked: only then its code is loaded. */
async function boot(tab: Page): Promise<void> {
  expect(await tab.evaluate(async () => (await fetch('/emulator.js')).text())).toBe('an emulator')
  for (const chunk of [5, 2]) {
    const start = chunk * mebibyte
    expect((await readRange(tab, disk.url, [start, start + 512])).status).toBe(206)
  }
}

test('ready() says no as long as nobody knows what a boot loads and reads; then names the gap, and boots without the server', async ({
  tab,
  visit,
}) => {
  const site = await visit(
    {},
    {
      handlers: [
        ({ url }, response, next) => {
          if (url === '/emulator.js') response.end('an emulator')
          else next()
        },
      ],
    },
  )
  expect(blockingCodes(await askReady(tab))).toEqual(['disk-unknown', 'never-booted'])
  await prefetch(tab)
  const whole = await askReady(tab)
  expect(whole).toMatchObject({ ready: false, missingBytes: 0, shell: { state: 'stored' } })
  // Its emulator has not been loaded, and so is not kept.
  expect(blockingCodes(whole)).toEqual(['never-booted'])
  // Nor by a page that looks how long its disks are.
  await tab.evaluate((path) => fetch(path, { method: 'HEAD' }), disk.url)
  expect((await readRange(tab, disk.url, [0, 512])).status).toBe(206)
  expect(blockingCodes(await askReady(tab))).toEqual(['never-booted'])

  await tab.evaluate(async (path) => {
    const recorder = (await sectorcache.ready).disk(path).recordBoot()
    Object.assign(globalThis, { recorder })
  }, disk.url)
  await boot(tab)
  await tab.evaluate(async (path) => {
    await (globalThis as unknown as { recorder: { stop(): Promise<unknown> } }).recorder.stop()
    await (await sectorcache.ready).disk(path).evict()
  }, disk.url)
  const gap = await askReady(tab)
  expect(gap).toMatchObject({
    ready: false,
    profile: { source: 'recorded', boots: 1 },
    totalBytes: 2 * mebibyte,
    missingBytes: 2 * mebibyte,
    missing: [
      { start: 2 * mebibyte, end: 3 * mebibyte },
      { start: 5 * mebibyte, end: 6 * mebibyte },
    ],
  })
  expect(gap.problems[0]?.message).toContain('2097152 of the 2097152 bytes')
  await prefetch(tab, gap.missing)
  expect(await askReady(tab)).toMatchObject({ ready: true, missing: [] })
  await site.close()
  await tab.reload()
  await boot(tab)
})

test('what is stored and bad is no reason to say yes: it is given up, named, and fetched again', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await prefetch(tab)
  expect((await readRange(tab, disk.url, [0, 128 * 1024])).status).toBe(206)
  expect(await askReady(tab)).toMatchObject({ ready: true })
  await spoilChunk(tab, 3, 'altered')
  const bad = await askReady(tab)
  expect(bad).toMatchObject({
    ready: false,
    damagedBytes: mebibyte,
    missing: [{ start: 3 * mebibyte, end: 4 * mebibyte }],
  })
  expect(blockingCodes(bad)).toEqual(['damaged'])
  await prefetch(tab, bad.missing)
  expect(await askReady(tab)).toMatchObject({ ready: true })
  // What this page has read and loaded is known though no boot of it is.
  await tab.evaluate(async () => (await sectorcache.ready).clear())
  await prefetch(tab)
  expect(await askReady(tab)).toMatchObject({ ready: true, profile: { source: 'none' } })
  await site.close()
  await expectWholeDiskRight(tab)
})
