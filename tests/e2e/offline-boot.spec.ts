import type { Page } from '@playwright/test'
import { profileChunks } from '../../src/core/boot-profile.ts'
import type { BootProfile } from '../../src/core/boot-profile.ts'
import type { OfflineReport } from '../../src/protocol/offline-report.ts'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce } from '../support/fetched.ts'
import { settled } from '../support/settled.ts'
import type { Handler } from '../support/site.ts'
import {
  hasLinuxDisk,
  linuxBooted,
  linuxPage,
  noLinuxDisk,
  serveFirmware,
} from '../support/linux-page.ts'

const url = '/disks/linux.img'
const grid = { sizeBytes: 128 * 2 ** 20, chunkSize: 256 * 1024 }

const recordingPage = linuxPage(
  `sectorcache.ready.then((cache) => { globalThis.recorder = cache.disk('${url}').recordBoot(); boot() })`,
)

/** By the published profile: on a slow machine this boot may have come to rest by itself, and was recorded then. */
function askReady(tab: Page, profile: BootProfile): Promise<OfflineReport> {
  return tab.evaluate(
    async ([path, wanted]) => (await sectorcache.ready).disk(path).ready(wanted),
    [url, profile] as const,
  )
}

const isSkipped = !hasLinuxDisk && process.env['CI'] === undefined

test('with a profile beside its disk Linux asks ahead over a slow link; what is missing is told, prefetched, and boots with the server gone', async ({
  tab,
  serve,
}) => {
  test.skip(isSkipped, noLinuxDisk)
  // Three boots, which take minutes where others work too.
  test.setTimeout(1_800_000)
  const near = await serve({
    content: 'pages',
    handlers: [serveFirmware],
    pages: { '/page.html': recordingPage },
  })
  await tab.goto(`${near.url}page.html`)
  await linuxBooted(tab)
  const profile = await tab.evaluate(() =>
    (globalThis as unknown as { recorder: { stop(): Promise<BootProfile> } }).recorder.stop(),
  )
  const wanted = [...profileChunks(grid, profile)]

  // Another site, for which all is new, with nothing but the tag.
  const far = await serve({
    content: 'pages',
    handlers: [serveFirmware, serveProfile(profile)],
    pages: { '/page.html': linuxPage() },
    latencyMs: 50,
    rateBitsPerSecond: 20e6,
  })
  await tab.goto(`${far.url}page.html`)
  await linuxBooted(tab)
  fetchedOnce(far.diskRequests('linux.img'))
  expectAhead(far.diskRequests('linux.img'), wanted)

  await settled(tab, far)
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).evict(), url)
  const before = await askReady(tab, profile)
  expect(before).toMatchObject({ ready: false, profile: { source: 'given' } })
  expect(before.missingBytes).toBe(before.totalBytes)
  expect(before.totalBytes).toBe(wanted.length * grid.chunkSize)
  expect(before.problems[0]?.code).toBe('not-stored')
  Object.assign(far.origin.shape, { latencyMs: 0, rateBitsPerSecond: Infinity })
  await tab.evaluate(
    async ([path, published]) => {
      await (await sectorcache.ready).disk(path).prefetch({ profile: published })
    },
    [url, profile] as const,
  )
  const after = await askReady(tab, profile)
  expect(after).toMatchObject({ ready: true, missing: [], shell: { state: 'stored' } })
  await far.close()
  await tab.reload()
  await linuxBooted(tab)
})

/**
 * Judges an origin's log by count and order. What is fetched ahead is whole chunks; what the guest had to ask for begins
 * where it wanted to read.
 */
function expectAhead(requests: readonly string[], wanted: readonly number[]): void {
  const ranges = requests.flatMap((request) => {
    const [, first, last] = /bytes=(\d+)-([1-9]\d*)$/.exec(request) ?? []
    return first === undefined ? [] : [[Number(first), Number(last) + 1] as const]
  })
  const ahead = ranges.filter((range) => range.every((at) => at % grid.chunkSize === 0))
  expect(ranges.length - ahead.length).toBeLessThanOrEqual(0.1 * ranges.length)
  expect(ranges.length).toBeLessThan(wanted.length)
  const places = ahead.flatMap(([start, end]) => {
    const chunks = wanted.map((index) => index * grid.chunkSize)
    const place = chunks.findIndex((at) => at >= start && at < end)
    return place === -1 ? [] : [place]
  })
  // Each request lies within a portion of 16 chunks of the profile, of which two are under way: what the guest has come to wait for
  // goes first. Portions come in order.
  for (const [at, place] of places.entries()) {
    expect(place).toBeGreaterThan(Math.max(0, ...places.slice(0, at)) - 32)
  }
  expect(places.length).toBeGreaterThan(0.5 * ranges.length)
}

function serveProfile(profile: BootProfile): Handler {
  return (request, response, next) => {
    if (request.url === `${url}.boot.json`) response.end(JSON.stringify(profile))
    else next()
  }
}
