import type { Page } from '@playwright/test'

import type { CacheStats } from '../../src/protocol/reports.ts'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce } from '../support/fetched.ts'
import { stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import { settled } from '../support/settled.ts'

const name = 'exerciser-8MiB.img'
const url = `/disks/${name}`
const kib = 1024
const mib = 1024 * kib

function statsOf(tab: Page): Promise<CacheStats> {
  return tab.evaluate(async () => (await sectorcache.ready).stats())
}

async function expectRight(tab: Page, range: readonly [number, number]): Promise<string> {
  const { digest, headers } = await readRange(tab, url, range)
  expect(digest).toBe(await exerciserDigest((8 * mib) / 512, range))
  return headers['cache-status'] ?? ''
}

test('a sequential reader finds what it wants next, and what it does not want is counted', async ({
  tab,
  visit,
}) => {
  const site = await visit({ attributes: 'data-chunk-size="64KiB" data-readahead="auto"' })
  for (let at = 0; at < 16; at++) await expectRight(tab, [at * 64 * kib, (at + 1) * 64 * kib])
  await settled(tab, site)
  const [fetched] = fetchedOnce(site.diskRequests(name))
  expect(fetched?.[0]).toBe(0)
  expect(fetched?.[1]).toBeGreaterThan(mib)
  await expect.poll(async () => (await statsOf(tab)).readahead.unused).toBeGreaterThan(0)
  const { readahead } = await statsOf(tab)
  expect(readahead.unused).toBeLessThan(readahead.fetched)
  expect(await expectRight(tab, [mib, mib + 64 * kib])).toBe('sectorcache; hit')
})

test('readers that go backwards, and several at once, are followed too', async ({ tab, visit }) => {
  const site = await visit({ attributes: 'data-chunk-size="64KiB" data-readahead="auto"' })
  for (let at = 0; at < 12; at++) {
    await expectRight(tab, [6 * mib - (at + 1) * 64 * kib, 6 * mib - at * 64 * kib])
    await expectRight(tab, [2 * mib + at * 64 * kib, 2 * mib + (at + 1) * 64 * kib])
  }
  await settled(tab, site)
  const fetched = fetchedOnce(site.diskRequests(name))
  const [up, down] = [fetched.find(([start]) => start === 2 * mib), fetched.at(-1)]
  expect(up?.[1]).toBeGreaterThan(2 * mib + 12 * 64 * kib)
  expect(down?.[0]).toBeLessThan(6 * mib - 12 * 64 * kib)
})

for (const [what, attributes, step] of [
  ['for a reader that jumps about', 'data-readahead="auto"', 640 * kib],
  ['when it is switched off', 'data-readahead="off"', 64 * kib],
] as const) {
  test(`nothing is read ahead ${what}`, async ({ tab, visit }) => {
    const site = await visit({ attributes: `data-chunk-size="64KiB" ${attributes}` })
    const read: [number, number][] = []
    for (let at = 0; at < 12; at++) {
      const start = at * step
      await expectRight(tab, [start, start + 4 * kib])
      read.push([start, start + 64 * kib])
    }
    await settled(tab, site)
    const chunks = step === 64 * kib ? [[0, 12 * step]] : read
    expect(fetchedOnce(site.diskRequests(name))).toEqual(chunks)
    expect((await statsOf(tab)).readahead).toEqual({ fetched: 0, unused: 0 })
  })
}

for (const parallel of [1, 6]) {
  test(`a read deep in an absent chunk begins with its own bytes; the chunk is whole later (parallel=${parallel})`, async ({
    tab,
    visit,
  }) => {
    const site = await visit({ attributes: `data-parallel="${parallel}"` })
    await expectRight(tab, [0, 512])
    await settled(tab, site)
    site.origin.reset()
    await expectRight(tab, [mib + 768 * kib + 100, mib + 772 * kib])
    expect(site.diskRequests(name)[0]).toMatch(new RegExp(`^GET bytes=${mib + 768 * kib}-`))
    await settled(tab, site)
    expect(fetchedOnce(site.diskRequests(name))).toEqual([[mib, 2 * mib]])
    await stopWorkers(tab)
    await site.close()
    expect(await expectRight(tab, [mib, 2 * mib])).toBe('sectorcache; hit')
  })
}

test('a disk is found by a read deep in it, and nothing is fetched twice by readers at once', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  const ranges = [700, 100, 300, 900, 500].map((at) => [at * kib, (at + 4) * kib] as const)
  await Promise.all(ranges.map((range) => expectRight(tab, range)))
  await settled(tab, site)
  expect(fetchedOnce(site.diskRequests(name))).toEqual([[0, mib]])
})
