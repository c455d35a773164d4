import type { Page, TestInfo } from '@playwright/test'
import { faultAttachment } from '../../support/fault-reporter.ts'
import { expect, test } from '../../support/e2e-test.ts'
import type { Profile } from '../../support/profile.ts'
import { exerciserDigest, readRange } from '../../support/read.ts'
import { databaseLogs, tearDatabaseLogs } from '../../support/tear-database.ts'

const url = '/disks/exerciser-8MiB.img'
const [sectorCount, MiB] = [2 ** 23 / 512, 2 ** 20]
const [first, second] = [
  [0, MiB],
  [MiB, 2 * MiB],
] as const

async function openAgain(profile: Profile, pageUrl: string): Promise<Page> {
  const context = await profile.open()
  const tab = context.pages()[0] ?? (await context.newPage())
  await tab.goto(pageUrl)
  await tab.evaluate(() => sectorcache.ready)
  return tab
}

async function expectStored(tab: Page, range: readonly [number, number]): Promise<void> {
  expect((await readRange(tab, url, range)).digest).toBe(await exerciserDigest(sectorCount, range))
  const stored = (): Promise<boolean> =>
    tab.evaluate(
      async ([path, [start, end]]) => {
        const { coverage } = await (await sectorcache.ready).disk(path).status()
        return coverage.some((run) => run.start <= start && run.end >= end)
      },
      [url, range] as const,
    )
  await expect.poll(stored).toBe(true)
}

function storageOf(tab: Page): Promise<{ resetAt?: number }> {
  return tab.evaluate(async () => (await sectorcache.ready).storage())
}

// See docs/decisions/0017.
test('a database that the browser throws away, since a killed one has left it torn, is told of, and its disk read anew', async ({
  tab,
  profile,
  visit,
}, info) => {
  const { url: siteUrl, origin } = await visit()
  const pageUrl = `${siteUrl}page.html`
  await expectStored(tab, first)
  expect(await storageOf(tab)).not.toHaveProperty('resetAt')
  const tornAt = Date.now()
  await profile.quit()
  expect(await tearDatabaseLogs(profile.folder)).not.toEqual([])

  // What is there is read, and more is written behind the torn end.
  const between = await openAgain(profile, pageUrl)
  await expectStored(between, second)
  await profile.quit()

  const after = await openAgain(profile, pageUrl)
  const { resetAt } = await storageOf(after)
  expect(resetAt).toBeGreaterThan(tornAt)
  origin.reset()
  for (const range of [first, second]) await expectStored(after, range)
  expect(origin.requests.length).toBeGreaterThan(0)
  await noteFault(info, 4 * MiB)
})

test('a database that a killed browser has left torn is kept once a boot has come to rest', async ({
  tab,
  profile,
  visit,
}, info) => {
  const site = await visit()
  const pageUrl = `${site.url}page.html`
  await expectStored(tab, first)
  await profile.quit()
  const torn = await tearDatabaseLogs(profile.folder)
  expect(torn).not.toEqual([])

  const between = await openAgain(profile, pageUrl)
  await expectStored(between, second)
  await expect
    .poll(async () => (await databaseLogs(profile.folder)).filter((log) => torn.includes(log)))
    .toEqual([])
  await profile.quit()

  const after = await openAgain(profile, pageUrl)
  expect(await storageOf(after)).not.toHaveProperty('resetAt')
  await site.close()
  for (const range of [first, second]) await expectStored(after, range)
  await noteFault(info, 4 * MiB)
})

function noteFault(info: TestInfo, checkedBytes: number): Promise<void> {
  const body = JSON.stringify({ corruptions: 1, checkedBytes })
  return info.attach(faultAttachment, { body, contentType: 'text/json' })
}
