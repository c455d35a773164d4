import type { Page } from '@playwright/test'
import type { PrefetchJob } from '../../src/protocol/prefetch-jobs.ts'
import { createNoiseDisk } from '../bench/noise-disk.ts'
import { expect, pageWith, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import type { Site } from '../support/site.ts'

const mebibyte = 2 ** 20
const name = 'big.img'
const url = `/disks/${name}`

const bigBytes = 2048 * mebibyte

function listJobs(tab: Page): Promise<PrefetchJob[]> {
  return tab.evaluate(async () => (await sectorcache.ready).jobs.list())
}

async function stateOf(tab: Page): Promise<string | undefined> {
  return (await listJobs(tab))[0]?.state
}

async function storedMiB(tab: Page): Promise<number> {
  const status = await tab.evaluate(
    async (path) => (await sectorcache.ready).disk(path).status(),
    url,
  )
  return status.storedBytes / mebibyte
}

function addJob(tab: Page, options = {}): Promise<PrefetchJob> {
  return tab.evaluate(async ([path, more]) => (await sectorcache.ready).jobs.add(path, more), [
    url,
    options,
  ] as const)
}

async function openPage(tab: Page, site: Site): Promise<void> {
  await tab.goto(`${site.url}page.html`)
  await tab.evaluate(() => sectorcache.ready)
}

test('a job of 2 GiB survives three stops of the worker and a restart of the browser, and fetches no chunk twice', async ({
  profile,
  serve,
}) => {
  test.setTimeout(1_800_000)
  const site = await serve({
    content: 'pages',
    pages: { '/page.html': pageWith() },
    extraDisks: new Map([[name, createNoiseDisk('big', bigBytes)]]),
  })
  let tab = await firstTab()
  await openPage(tab, site)
  await addJob(tab)
  /** What is stored when something is interrupted, and how much the origin was asked for until then. */
  const interruptions: { stored: readonly { start: number; end: number }[]; asked: number }[] = []
  for (const share of [0.1, 0.3, 0.5]) {
    await reach(share)
    await note()
    await stopWorkers(tab)
  }
  await reach(0.7)
  await note()
  await profile.quit()
  tab = await firstTab()
  // Nothing is called: the page alone is enough.
  await openPage(tab, site)
  await expect.poll(() => stateOf(tab), { timeout: 1_500_000 }).toBe('done')
  expect(await storedMiB(tab)).toBe(bigBytes / mebibyte)

  const requests = site.origin.requests.filter((request) => request.url === url)
  for (const { stored, asked } of interruptions) {
    expect(stored.length).toBeGreaterThan(0)
    for (const { range } of requests.slice(asked)) {
      const start = Number(/bytes=(\d+)/.exec(range ?? '')?.[1])
      const isByte = range === 'bytes=0-0'
      const isStored = stored.some((run) => run.start <= start && start < run.end)
      expect(isStored && !isByte, `${range} was stored`).toBe(false)
    }
  }
  // What was on its way when something ended is all that came twice.
  const inFlight = interruptions.length * 8 * 4 * mebibyte
  expect(site.origin.counters.bytesSent).toBeLessThan(bigBytes + inFlight)

  async function firstTab(): Promise<Page> {
    const context = await profile.open()
    return context.pages()[0] ?? context.newPage()
  }
  async function reach(share: number): Promise<void> {
    await expect
      .poll(() => storedMiB(tab), { timeout: 1_500_000 })
      .toBeGreaterThan((share * bigBytes) / mebibyte)
  }
  async function note(): Promise<void> {
    const stored = await tab.evaluate(
      async (path) => [...(await (await sectorcache.ready).disk(path).status()).coverage],
      url,
    )
    // What was asked for before may have been stored by then.
    const asked = site.origin.requests.filter((request) => request.url === url).length
    interruptions.push({ stored, asked })
  }
})

test('jobs are paused, resumed and cancelled from any page, and another page goes on when one is closed', async ({
  tab,
  visit,
}) => {
  const disks = new Map([[name, createNoiseDisk('slow', 64 * mebibyte)]])
  const site = await visit({}, { extraDisks: disks, rateBitsPerSecond: 40e6 })
  const other = await tab.context().newPage()
  await openPage(other, site)
  const { id } = await addJob(other)
  await expect.poll(() => storedMiB(tab)).toBeGreaterThan(0)
  await tab.evaluate(async (job) => (await sectorcache.ready).jobs.pause(job), id)
  await expect.poll(() => stateOf(other)).toBe('paused')
  await expect.poll(() => site.origin.counters.open).toBe(0)
  const rested = site.origin.counters.requests
  await tab.evaluate(async () => {
    const heard: PrefetchJob[][] = []
    Object.assign(globalThis, { heard })
    ;(await sectorcache.ready).jobs.subscribe((jobs) => void heard.push([...jobs]))
  })
  expect(site.origin.counters.requests).toBe(rested)
  await tab.evaluate(async (job) => (await sectorcache.ready).jobs.resume(job), id)
  await expect.poll(() => site.origin.counters.requests).toBeGreaterThan(rested)
  await other.close()
  const before = await storedMiB(tab)
  await expect.poll(() => storedMiB(tab)).toBeGreaterThan(before)
  await expect.poll(() => heardStates(tab)).toContain('running')
  const [running] = await listJobs(tab)
  expect(running).toMatchObject({ id, url: `${site.url}disks/${name}`, totalBytes: 64 * mebibyte })
  expect(running?.fetchedBytes).toBeGreaterThan(0)
  expect((await addJob(tab, { priority: 3 })).id).toBe(id)
  await tab.evaluate(async (job) => (await sectorcache.ready).jobs.cancel(job), id)
  expect(await listJobs(tab)).toEqual([])
  await expect.poll(() => site.origin.counters.open).toBe(0)
  expect(await storedMiB(tab)).toBeLessThan(64)
})

test('a job waits while the origin is away, and fails with what is not its to mend', async ({
  tab,
  visit,
  serve,
}) => {
  const disks = new Map([[name, createNoiseDisk('away', 32 * mebibyte)]])
  const options = { extraDisks: disks, rateBitsPerSecond: 80e6 }
  const site = await visit({}, options)
  await addJob(tab)
  await expect.poll(() => storedMiB(tab)).toBeGreaterThan(0)
  await site.close()
  await expect
    .poll(() => listJobs(tab))
    .toMatchObject([{ state: 'waiting', waitingFor: 'network' }])
  await serve({
    content: 'pages',
    port: site.port,
    extraDisks: disks,
    pages: { '/page.html': pageWith() },
  })
  // It would by itself, some seconds later.
  await tab.evaluate(async () => {
    const { jobs } = await sectorcache.ready
    for (const { id } of await jobs.list()) await jobs.resume(id)
  })
  await expect.poll(() => stateOf(tab)).toBe('done')
  // A page that adds its job each time it is opened has one of it.
  await addJob(tab)
  await expect.poll(() => listJobs(tab)).toMatchObject([{ state: 'done', fetchedBytes: 0 }])
  const failed = await tab.evaluate(async () => {
    const { jobs } = await sectorcache.ready
    await jobs.add('/disks/none.img')
    return jobs.add('/elsewhere/none.img').catch(({ code }) => code as string)
  })
  expect(failed).toBe('no-such-disk')
  await expect
    .poll(async () => (await listJobs(tab))[1])
    .toMatchObject({ state: 'failed', error: { code: 'origin-status' } })
  await tab.evaluate(async () => (await sectorcache.ready).clear())
  expect(await listJobs(tab)).toEqual([])
})

function heardStates(tab: Page): Promise<string[]> {
  return tab.evaluate(() => {
    const { heard } = globalThis as unknown as { heard: PrefetchJob[][] }
    return heard.flat().map(({ state }) => state)
  })
}
