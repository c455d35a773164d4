import type { Page } from '@playwright/test'
import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { createExerciserSource } from '../../src/demo/server/exerciser-source.ts'
import { answerStatus, ignoreRange, noValidator, shortBody } from '../../src/demo/server/faults.ts'
import { storedBytes } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { readRange } from '../support/read.ts'
import type { Site } from '../support/site.ts'

const mebibyte = 2 ** 20
const sectorCount = (8 * mebibyte) / 512
const url = '/disks/disk.img'

/** Both versions differ in every chunk that is read here. */
const old = createExerciserSource(sectorCount)
const next: DiskSource = {
  ...old,
  etag: '"the-next-version"',
  read: (start, end) => readExerciserRange(sectorCount, start, end).map((byte) => byte ^ 0xff),
}

async function digestOf(
  source: DiskSource,
  [start, end]: readonly [number, number],
): Promise<string> {
  const bytes = await source.read(start, end)
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes.slice())).toString('hex')
}

const stored = [0, 4096] as const
const missing = [5 * mebibyte, 5 * mebibyte + 4096] as const

/** Reads `stored`, and then another chunk, whose answer confirms the first one (decision 9). */
async function readStored(tab: Page): Promise<void> {
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(old, stored))
  await expect.poll(() => storedBytes(tab, url)).toBe(mebibyte)
  const confirming = [2 * mebibyte, 3 * mebibyte] as const
  expect((await readRange(tab, url, confirming)).digest).toBe(await digestOf(old, confirming))
}

let disks: Map<string, DiskSource>
let site: Site
let open: (attributes?: string) => Promise<void>

test.beforeEach(({ visit }) => {
  disks = new Map([['disk.img', old]])
  open = async (attributes = '') => {
    site = await visit({ attributes }, { extraDisks: disks })
  }
})

test('a session keeps its version when the disk changes; what that lacks is refused, not mixed', async ({
  tab,
}) => {
  await open()
  await readStored(tab)
  disks.set('disk.img', next)
  const refused = await readRange(tab, url, missing)
  expect(refused.status).toBe(503)
  expect(JSON.parse(refused.text)).toMatchObject({ code: 'disk-changed' })
  // Also after a restart of the worker, and although the new version is known by now.
  await stopWorkers(tab)
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(old, stored))
  expect((await readRange(tab, url, missing)).status).toBe(503)
  const states = (): Promise<unknown> =>
    tab.evaluate(async (path) => {
      const { generations } = await (await sectorcache.ready).disk(path).status()
      return generations.map(({ state, etag }) => [state, etag])
    }, url)
  await expect.poll(states).toEqual([
    ['active', old.etag],
    ['waiting', next.etag],
  ])
})

test('the next session reads the new version, once no page reads the old one', async ({ tab }) => {
  await open()
  await readRange(tab, url, stored)
  disks.set('disk.img', next)
  await readRange(tab, url, missing)
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(next, stored))
  expect((await readRange(tab, url, missing)).digest).toBe(await digestOf(next, missing))
})

test('a second page joins the version that the first one reads, if it is wholly stored', async ({
  tab,
  profile,
}) => {
  await open()
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).prefetch(), url)
  await readRange(tab, url, stored)
  disks.set('disk.img', next)
  const second = await (await profile.open()).newPage()
  await second.goto(`${site.url}page.html`)
  await second.evaluate(() => sectorcache.ready)
  expect((await readRange(second, url, stored)).digest).toBe(await digestOf(old, stored))
  expect((await readRange(second, url, missing)).digest).toBe(await digestOf(old, missing))
})

test('with on-change=switch answers are of the new version from the first that is begun anew', async ({
  tab,
}) => {
  await open('data-on-change="switch"')
  await readRange(tab, url, stored)
  disks.set('disk.img', next)
  const seen = await readRange(tab, url, missing)
  expect([seen.status, seen.headers['etag']]).toEqual([206, next.etag])
  expect(seen.digest).toBe(await digestOf(next, missing))
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(next, stored))
})

test('after an invalidation a session goes on only if the origin still has its version', async ({
  tab,
}) => {
  await open()
  const invalidate = (): Promise<unknown> =>
    tab.evaluate(async (path) => (await sectorcache.ready).disk(path).invalidate(), url)
  await readRange(tab, url, stored)
  await invalidate()
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(old, stored))
  disks.set('disk.img', next)
  await invalidate()
  expect((await readRange(tab, url, stored)).status).toBe(503)
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(next, stored))
})

test('a disk that changes while its first chunk is broken off is not stored as a mixture', async ({
  tab,
}) => {
  await open()
  const broken = site.origin.faults.add(shortBody(500_000), { times: 1 })
  const reading = readRange(tab, url, stored)
  const rest = readRange(tab, url, [900_000, 904_096])
  await expect.poll(() => broken.hits).toBe(1)
  disks.set('disk.img', next)
  const seen = [await reading, await rest]
  const digests = new Set<string>()
  for (const [at, range] of [stored, [900_000, 904_096] as const].entries()) {
    const answer = seen[at]
    if (answer?.status !== 206) continue
    digests.add((await digestOf(old, range)) === answer.digest ? 'old' : 'next')
  }
  expect(digests.size).toBeLessThanOrEqual(1)
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  const whole = [0, mebibyte] as const
  await expect.poll(async () => (await readRange(tab, url, whole)).status).toBe(206)
  const now = await readRange(tab, url, whole)
  expect([await digestOf(old, whole), await digestOf(next, whole)]).toContain(now.digest)
})

test('a login page in place of a disk is not taken for its new version', async ({ tab }) => {
  await open()
  await tab.evaluate(
    async (path) =>
      (await sectorcache.ready).disk(path).prefetch({ ranges: [{ start: 0, end: 4e6 }] }),
    url,
  )
  const text = new TextEncoder().encode('<h1>Log in to the café</h1>')
  for (const contentType of ['text/html', 'application/octet-stream']) {
    disks.set('disk.img', {
      size: text.byteLength,
      etag: '"login"',
      lastModified: undefined,
      contentType,
      read: (start, end) => text.slice(start, end),
    })
    const portal = site.origin.faults.add(ignoreRange({ withLength: true }))
    expect((await readRange(tab, url, missing)).status).toBeGreaterThanOrEqual(500)
    await tab.reload()
    await tab.evaluate(() => sectorcache.ready)
    expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(old, stored))
    portal.remove()
    disks.set('disk.img', old)
  }
  expect((await readRange(tab, url, missing)).digest).toBe(await digestOf(old, missing))
})

test('an answer that has lost its validator is not taken for a new version', async ({ tab }) => {
  await open()
  await readRange(tab, url, stored)
  const stripped = site.origin.faults.add(noValidator())
  expect((await readRange(tab, url, missing)).status).toBe(502)
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  const seen = await readRange(tab, url, stored)
  expect([seen.digest, seen.headers['cache-status']]).toEqual([
    await digestOf(old, stored),
    'sectorcache; hit',
  ])
  stripped.remove()
  expect((await readRange(tab, url, missing)).digest).toBe(await digestOf(old, missing))
})

test('a disk that is let through is not mixed either', async ({ tab }) => {
  disks.set('disk.img', old)
  await open()
  site.origin.faults.add((plan) => ({
    ...plan,
    headers: { ...plan.headers, 'Cache-Control': 'no-store' },
  }))
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(old, stored))
  disks.set('disk.img', next)
  expect((await readRange(tab, url, missing)).status).toBe(503)
})

test('a new version that may not be stored is let through to new sessions, and not stored', async ({
  tab,
}) => {
  await open()
  await readStored(tab)
  disks.set('disk.img', next)
  site.origin.faults.add((plan) => ({
    ...plan,
    headers: { ...plan.headers, 'Cache-Control': 'no-store' },
  }))
  expect((await readRange(tab, url, missing)).status).toBe(503)
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(old, stored))
  // The session that found the change does not wait until it is confirmed.
  await expect.poll(() => site.diskRequests('disk.img')).toContain('GET bytes=0-0')
  await expect.poll(() => site.origin.counters.open).toBe(0)
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  for (const range of [stored, missing]) {
    const seen = await readRange(tab, url, range)
    expect(seen.digest).toBe(await digestOf(next, range))
    expect(seen.headers['cache-status']).toBeUndefined()
  }
})

test('the old version is not given up for one that cannot be had now', async ({ tab }) => {
  await open()
  await readStored(tab)
  disks.set('disk.img', next)
  await readRange(tab, url, missing)
  const down = site.origin.faults.add(answerStatus(404))
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(old, stored))
  down.remove()
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  expect((await readRange(tab, url, stored)).digest).toBe(await digestOf(next, stored))
})
