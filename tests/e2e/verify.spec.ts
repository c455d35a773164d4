import type { Page } from '@playwright/test'
import type { VerifyProgress, VerifyReport } from '../../src/page/index.ts'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import { spoilChunk } from '../support/storage.ts'

const MiB = 2 ** 20
const url = '/disks/exerciser-8MiB.img'
const sectors = 8 * 2 ** 11
const bad = { start: 0, end: 3 * MiB }

/** Stores the first chunks of the disk. */
async function prefetch(tab: Page, end = 4 * MiB): Promise<void> {
  await tab.evaluate(
    async ([path, until]) =>
      (await sectorcache.ready).disk(path).prefetch({ ranges: [{ start: 0, end: until }] }),
    [url, end] as const,
  )
}

function verify(tab: Page, repair = false): Promise<VerifyReport> {
  return tab.evaluate(
    async ([path, mends]) => (await sectorcache.ready).disk(path).verify({ repair: mends }),
    [url, repair] as const,
  )
}

async function coverage(tab: Page): Promise<unknown> {
  const status = await tab.evaluate(
    async (path) => (await sectorcache.ready).disk(path).status(),
    url,
  )
  return status.coverage
}

async function expectRightBytes(tab: Page, range: readonly [number, number]): Promise<void> {
  expect((await readRange(tab, url, range)).digest).toBe(await exerciserDigest(sectors, range))
}

for (const store of ['idb', 'opfs']) {
  test(`what is altered, cut or missing is found, and not served any more (${store})`, async ({
    tab,
    visit,
  }) => {
    const site = await visit({ attributes: `data-store="${store}"` })
    await prefetch(tab)
    // The worker has it all open, and goes on to remember it.
    for (const chunk of [0, 1, 2, 3]) await expectRightBytes(tab, [chunk * MiB, chunk * MiB + 512])
    await spoilChunk(tab, 0, 'altered')
    await spoilChunk(tab, 1, 'cut')
    await spoilChunk(tab, 2, 'missing')
    const report = await verify(tab)
    expect(report).toMatchObject({
      checkedBytes: 4 * MiB,
      damagedBytes: MiB,
      missingBytes: 2 * MiB,
      bad: [{ ranges: [bad] }],
      repairedBytes: 0,
    })
    expect(await coverage(tab)).toEqual([{ start: 3 * MiB, end: 4 * MiB }])
    site.origin.reset()
    await expectRightBytes(tab, [3 * MiB, 4 * MiB])
    expect(site.diskRequests('exerciser-8MiB.img')).toEqual([])
    for (const chunk of [0, 1, 2]) {
      await expectRightBytes(tab, [chunk * MiB, (chunk + 1) * MiB])
      expect(site.diskRequests('exerciser-8MiB.img')).not.toEqual([])
      site.origin.reset()
    }
  })

  test(`what is bad is fetched again for the asking, and all is well then (${store})`, async ({
    tab,
    visit,
  }) => {
    const site = await visit({ attributes: `data-store="${store}"` })
    await prefetch(tab)
    await spoilChunk(tab, 0, 'altered')
    await spoilChunk(tab, 1, 'missing')
    await spoilChunk(tab, 2, 'cut')
    await stopWorkers(tab)
    expect(await verify(tab, true)).toMatchObject({
      bad: [{ ranges: [bad] }],
      repairedBytes: 3 * MiB,
    })
    expect(await verify(tab)).toMatchObject({ bad: [], checkedBytes: 4 * MiB })
    site.origin.reset()
    // A session that begins on a part of a disk asks whether that is still what its origin has.
    await expectRightBytes(tab, [0, 4 * MiB])
    expect(site.diskRequests('exerciser-8MiB.img')).toEqual(['GET bytes=0-0'])
  })
}

test('a block device gives up what was found bad', async ({ tab, visit }) => {
  await visit()
  await prefetch(tab)
  await spoilChunk(tab, 0, 'altered')
  await stopWorkers(tab)
  const [before, after] = await tab.evaluate(async (path) => {
    const disk = (await sectorcache.ready).disk(path)
    const device = await disk.open()
    const spoilt = await device.read(4096, 4096)
    await disk.verify()
    const mended = await device.read(4096, 4096)
    device.close()
    return [[...spoilt], [...mended]]
  }, url)
  expect(before).not.toEqual(after)
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(after ?? []))
  expect(Buffer.from(hash).toString('hex')).toBe(await exerciserDigest(sectors, [4096, 8192]))
})

test('tells how far it has come, and stops when told to', async ({ tab, visit }) => {
  await visit()
  await prefetch(tab, 8 * MiB)
  const [told, code] = await tab.evaluate(async (path) => {
    const disk = (await sectorcache.ready).disk(path)
    const progress: VerifyProgress[] = []
    await disk.verify({ onProgress: (seen) => progress.push(seen) })
    const controller = new AbortController()
    const stopped = await disk
      .verify({ signal: controller.signal, onProgress: () => controller.abort() })
      .then(
        () => 'done',
        (error: { code: string }) => error.code,
      )
    return [progress, stopped] as const
  }, url)
  expect(told.map(({ checkedBytes }) => checkedBytes)).toEqual([4 * MiB, 8 * MiB])
  expect(told.at(-1)).toMatchObject({ totalBytes: 8 * MiB, damagedBytes: 0, missingBytes: 0 })
  expect(told.at(-1)?.bytesPerSecond).toBeGreaterThan(0)
  expect(code).toBe('aborted')
})

test('a disk of which nothing is stored has nothing that is bad', async ({ tab, visit }) => {
  await visit()
  expect(await verify(tab, true)).toMatchObject({ checkedBytes: 0, bad: [], repairedBytes: 0 })
})

test('repairs the version that was found bad, also while another one waits', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await prefetch(tab)
  await spoilChunk(tab, 1, 'altered')
  const next = site.origin.faults.add((plan) => ({
    ...plan,
    headers: { ...plan.headers, ETag: '"next"' },
  }))
  const status = () =>
    tab.evaluate(async () => (await sectorcache.ready).disk('/disks/exerciser-8MiB.img').status())
  await tab.evaluate(async () =>
    (await sectorcache.ready).disk('/disks/exerciser-8MiB.img').update(),
  )
  next.remove()
  const before = await status()
  expect(before.generations.map(({ state }) => state)).toEqual(['active', 'waiting'])
  await stopWorkers(tab)
  expect(await verify(tab, true)).toMatchObject({ repairedBytes: MiB })
  expect((await status()).coverage).toEqual(before.coverage)
  expect(await verify(tab)).toMatchObject({ bad: [] })
})
