import type { Page } from '@playwright/test'
import { expect, pageWith, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import { countRecords } from '../support/storage.ts'

const url = '/disks/exerciser-8MiB.img'
const sectorCount = 2 ** 23 / 512
const range = [300_000, 400_000] as const

function statusOf(tab: Page): Promise<{ chunkSize?: number; generations: readonly object[] }> {
  return tab.evaluate(async (path) => (await sectorcache.ready).disk(path).status(), url)
}

test('store=opfs keeps chunks in files, of the chunk size that was asked for', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-store="opfs" data-chunk-size="64KiB"' })
  expect((await readRange(tab, url, range)).digest).toBe(await exerciserDigest(sectorCount, range))
  await expect.poll(() => statusOf(tab)).toMatchObject({ chunkSize: 65_536, storedChunks: 3 })
  expect((await statusOf(tab)).generations).toMatchObject([{ backend: 'opfs' }])
  expect(await countRecords(tab)).toMatchObject({ chunks: 0, pages: 1 })
  await stopWorkers(tab)
  const again = await readRange(tab, url, range)
  expect(again.headers['cache-status']).toBe('sectorcache; hit')
  expect(again.digest).toBe(await exerciserDigest(sectorCount, range))
})

test('the first page of a scope decides; another one that asks for other options is told', async ({
  tab,
  profile,
  visit,
}) => {
  const other = pageWith({ attributes: 'data-chunk-size="64KiB"' })
  const site = await visit(
    { attributes: 'data-chunk-size="256KiB"' },
    { pages: { '/other.html': other } },
  )
  await tab.evaluate(async () => {
    const cache = await sectorcache.ready
    const heard: unknown[] = []
    cache.subscribe((events) => heard.push(...events))
    Object.assign(globalThis, { heard })
  })
  const second = await (await profile.open()).newPage()
  await second.goto(`${site.url}other.html`)
  await second.evaluate(() => sectorcache.ready)
  await expect
    .poll(() => tab.evaluate(() => (globalThis as unknown as { heard: object[] }).heard))
    .toContainEqual(expect.objectContaining({ type: 'problem', code: 'option-conflict' }))
  await readRange(second, url, range)
  expect(await statusOf(second)).toMatchObject({ chunkSize: 262_144 })
})

test('an option that is taken out of the tag is back at its default', async ({ tab, visit }) => {
  const site = await visit(
    { attributes: 'data-chunk-size="64KiB"' },
    { pages: { '/plain.html': pageWith() } },
  )
  await tab.goto(`${site.url}plain.html`)
  await tab.evaluate(() => sectorcache.ready)
  await readRange(tab, url, range)
  expect(await statusOf(tab)).toMatchObject({ chunkSize: 2 ** 20 })
})

test('patterns are relative to the page, and nothing but disks goes through the worker', async ({
  tab,
  serve,
}) => {
  const html =
    '<!doctype html><base href="/disks/"><title>page</title>' +
    '<script src="/sectorcache.js" data-disks="*-8MiB.img" data-shell="off"></script>'
  const site = await serve({ content: 'pages', pages: { '/page.html': html } })
  await tab.goto(`${site.url}page.html`)
  await tab.evaluate(() => sectorcache.ready)
  expect((await readRange(tab, url, range)).headers['cache-status']).toContain('sectorcache')
  const other = await readRange(tab, '/disks/exerciser-16MiB.img', range)
  expect(other.headers['cache-status']).toBeUndefined()
  // Static routes: the browser answers it without starting the worker.
  const source = await tab.evaluate(() => {
    const entries = performance.getEntriesByType('resource') as (PerformanceResourceTiming & {
      workerFinalSourceType?: string
    })[]
    return entries.find(({ name }) => name.includes('16MiB'))?.workerFinalSourceType
  })
  expect(source).toBe('network')
})

test('a disk of another origin is stored where CORS permits', async ({ tab, serve, visit }) => {
  const other = await serve({ content: 'pages', cors: true })
  await visit({ disks: `${other.url}disks/*` })
  const far = new URL(url, other.url).href
  expect((await readRange(tab, far, range)).digest).toBe(await exerciserDigest(sectorCount, range))
  await expect
    .poll(async () => (await readRange(tab, far, range)).headers['cache-status'])
    .toBe('sectorcache; hit')
})
