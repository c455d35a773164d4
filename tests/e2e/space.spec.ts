import { expect, pageWith, test } from '../support/e2e-test.ts'
import { overrideQuota, stopWorkers } from '../support/profile.ts'
import {
  MiB,
  nextEvent,
  other,
  readChunk,
  status,
  storedChunks,
  url,
} from '../support/chunk-reads.ts'
import { countRecords } from '../support/storage.ts'

test('what is needed least makes room, before anything is written: the budget is never exceeded', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-budget="2MiB"' })
  for (const chunk of [0, 1, 2, 3, 4]) {
    await readChunk(tab, url, chunk)
    expect((await status(tab)).storedBytes).toBeLessThanOrEqual(2 * MiB)
  }
  expect(await storedChunks(tab)).toContain(4)
  expect((await countRecords(tab)).chunks).toBe(2)
})

test('a disk that nobody reads gives before one that is being read', async ({ tab, visit }) => {
  await visit({ attributes: 'data-budget="3MiB"' })
  await tab.evaluate(
    async (path) =>
      (await sectorcache.ready).disk(path).prefetch({ ranges: [{ start: 0, end: 2 ** 20 }] }),
    other,
  )
  for (const chunk of [0, 1, 2]) await readChunk(tab, url, chunk)
  expect([await storedChunks(tab), await storedChunks(tab, other)]).toEqual([[0, 1, 2], []])
})

test('pinned chunks stay, also those that were pinned before they were stored, and over restarts', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-budget="2MiB"' })
  await tab.evaluate(
    async (path) =>
      (await sectorcache.ready).disk(path).pin({ ranges: [{ start: 100, end: 200 }] }),
    url,
  )
  expect(await status(tab)).toMatchObject({ pinnedBytes: 0, pins: [{ start: 100, end: 200 }] })
  await readChunk(tab, url, 0)
  expect(await status(tab)).toMatchObject({ pinnedBytes: MiB, generations: [{ pinnedBytes: MiB }] })
  await stopWorkers(tab)
  for (const chunk of [1, 2, 3]) {
    await readChunk(tab, url, chunk)
    expect(await storedChunks(tab)).toEqual([0, chunk])
  }
  const report = await tab.evaluate(
    async (path) => (await sectorcache.ready).disk(path).evict(),
    url,
  )
  expect(report).toEqual({ generations: 1, chunks: 1, bytes: MiB, pinnedBytes: MiB })
  expect(await storedChunks(tab)).toEqual([0])
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).unpin(), url)
  for (const chunk of [4, 5]) await readChunk(tab, url, chunk)
  expect(await storedChunks(tab)).toEqual([4, 5])
})

test('where all is pinned, reading goes on without storing, and a problem is told', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-budget="1MiB"' })
  await readChunk(tab, url, 0)
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).pin(), url)
  const told = nextEvent(tab)
  await readChunk(tab, url, 1)
  expect(await told).toMatchObject({ type: 'problem', code: 'quota-exceeded' })
  expect(await storedChunks(tab)).toEqual([0])
})

test('a prefetch takes room from other disks, but not from itself', async ({ tab, visit }) => {
  await visit({ attributes: 'data-budget="4MiB"' })
  const prefetch = (path: string, end: number): Promise<unknown> =>
    tab.evaluate(
      async ([disk, until]) =>
        (await sectorcache.ready)
          .disk(disk)
          .prefetch({ ranges: [{ start: 0, end: until }] })
          .then(
            () => 'done',
            ({ code }) => code as string,
          ),
      [path, end] as const,
    )
  expect(await prefetch(other, 4 * MiB)).toBe('done')
  expect(await prefetch(url, 4 * MiB)).toBe('done')
  expect(await storedChunks(tab)).toEqual([0, 1, 2, 3])
  expect(await storedChunks(tab, other)).toEqual([])
  expect(await prefetch(url, 5 * MiB)).toBe('quota-exceeded')
})

for (const store of ['idb', 'opfs']) {
  const attributes = `data-budget="1GiB" data-store="${store}"`

  test(`a browser without room makes us give something up, remember it, and go on (${store})`, async ({
    tab,
    serve,
  }) => {
    const pages = { '/page.html': pageWith({ attributes }) }
    const site = await serve({ content: 'pages', pages })
    // Chromium looks at the quota only when what there was at an earlier look is used up: it is set first of all.
    await overrideQuota(tab, site.url, 5.5 * MiB)
    await tab.goto(`${site.url}page.html`)
    for (const chunk of [0, 1, 2, 3, 4, 5, 6, 7]) await readChunk(tab, url, chunk)
    expect(await storedChunks(tab)).toContain(7)
    await stopWorkers(tab)
    const { budget } = await tab.evaluate(async () => (await sectorcache.ready).storage())
    expect(budget).toBeLessThanOrEqual(6 * MiB)
  })

  test(`a quota below what is stored already is met, and no read fails (${store})`, async ({
    tab,
    serve,
  }) => {
    const pages = { '/page.html': pageWith({ attributes }) }
    const site = await serve({ content: 'pages', pages })
    const restore = await overrideQuota(tab, site.url, 6.5 * MiB)
    await tab.goto(`${site.url}page.html`)
    for (const chunk of [0, 1, 2, 3, 4]) await readChunk(tab, url, chunk)
    await restore()
    await overrideQuota(tab, site.url, 3 * MiB)
    for (const chunk of [5, 6, 7]) await readChunk(tab, url, chunk)
    expect((await status(tab)).storedBytes).toBeLessThan(5 * MiB)
  })
}

test('persist() asks the browser, and storage() tells what it has promised', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  const persisted = (): Promise<boolean> =>
    tab.evaluate(async () => (await (await sectorcache.ready).storage()).persisted)
  expect(await persisted()).toBe(false)
  const session = await tab.context().newCDPSession(tab)
  const { origin } = new URL(site.url)
  await session.send('Browser.grantPermissions', { origin, permissions: ['durableStorage'] })
  expect(await tab.evaluate(async () => (await sectorcache.ready).persist())).toBe(true)
  expect(await persisted()).toBe(true)
})
