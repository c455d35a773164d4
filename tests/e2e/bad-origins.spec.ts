import type { Page } from '@playwright/test'
import { redirectTo } from '../../src/demo/server/faults.ts'
import { gzipHead, refuseHead } from '../../src/demo/server/head-faults.ts'
import {
  disk,
  expectWholeDiskRight,
  mebibyte,
  requestFor,
  storedBytes,
  tryWanted,
  wantedRequest,
} from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { readRange } from '../support/read.ts'
import { rows } from './bad-origin-rows.ts'
import type { Outcome } from './bad-origin-rows.ts'

async function expectChunks(tab: Page, count: number): Promise<void> {
  await expect.poll(() => storedBytes(tab)).toBe(count * mebibyte)
}

async function makeKnown(tab: Page): Promise<void> {
  await readRange(tab, disk.url, [0, 512])
  await readRange(tab, disk.url, [mebibyte, 2 * mebibyte])
  await expectChunks(tab, 2)
}

function expectAsked(requests: readonly string[], asked: Outcome['asked']): void {
  if (asked !== 'going on') {
    if (asked !== undefined) expect(requests).toEqual(asked)
    return
  }
  const starts = requests.map((request) => Number(/^GET bytes=(\d+)-4194303$/.exec(request)?.[1]))
  expect(starts).not.toContain(NaN)
  expect(starts[0]).toBe(3 * mebibyte)
  expect(starts.length).toBeGreaterThan(1)
  expect(starts).toEqual(starts.toSorted((a, b) => a - b))
}

async function openAgain(tab: Page): Promise<void> {
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
}

// Most of them wait for an origin that is asked again and again.
test.describe.configure({ mode: 'parallel' })

for (const { what, fault, times, attributes = '', afterCold, ...outcomes } of rows) {
  for (const state of ['cold', 'known'] as const) {
    test(`${state}: an origin that ${what}`, async ({ tab, visit }) => {
      const { answer, stored, asked } = outcomes[state]
      const site = await visit({ attributes })
      if (state === 'known') await makeKnown(tab)
      site.origin.reset()
      const added = site.origin.faults.add(fault(), times === undefined ? {} : { times })
      expect([answer].flat()).toContain(await tryWanted(tab))
      await expectChunks(tab, stored)
      expectAsked(site.diskRequests(disk.name), asked)

      added.remove()
      // A disk that was not to be stored is looked at again after a minute, or by the next worker.
      if (state === 'cold' && afterCold === 'let-through') await stopWorkers(tab)
      await openAgain(tab)
      await expectWholeDiskRight(tab)
      await expectChunks(tab, 8)
      await site.close()
      await expectWholeDiskRight(tab)
    })
  }
}

for (const [what, fault] of [
  ['refuses HEAD', refuseHead],
  ['tells a compressed size to HEAD', gzipHead],
] as const) {
  test(`an origin that ${what} is not asked that way: the size is that of the disk`, async ({
    tab,
    visit,
  }) => {
    const site = await visit()
    site.origin.faults.add(fault())
    const head = await tab.evaluate(async (path) => {
      const { status, headers } = await fetch(path, { method: 'HEAD' })
      return [status, headers.get('content-length'), headers.get('content-encoding')]
    }, disk.url)
    expect(head).toEqual([200, String(disk.sizeBytes), null])
    expect(site.diskRequests(disk.name)).toEqual([requestFor([0, 1])])
    expect(await tryWanted(tab)).toBe('right')
  })
}

test('a disk to which another origin is the way is read and stored, If-Range and all', async ({
  tab,
  visit,
  serve,
}) => {
  const other = await serve({ content: 'pages', cors: true })
  const site = await visit()
  site.origin.faults.add(redirectTo(`${other.url}disks/${disk.name}`, 307))
  await makeKnown(tab)
  expect(await tryWanted(tab)).toBe('right')
  await expectChunks(tab, 3)
  expect(other.diskRequests(disk.name).filter((request) => request.startsWith('GET'))).toEqual([
    requestFor([0, mebibyte]),
    requestFor([mebibyte, 2 * mebibyte]),
    wantedRequest,
  ])
  expect(other.origin.requests.at(-1)?.headers['if-range']).toMatch(/^"/)
})

test('a disk to which another origin is the way that does not let us read it is unreachable', async ({
  tab,
  visit,
  serve,
}) => {
  const other = await serve({ content: 'pages' })
  const site = await visit()
  site.origin.faults.add(redirectTo(`${other.url}disks/${disk.name}`))
  expect(await tryWanted(tab)).toBe('503 origin-unreachable')
  expect(await storedBytes(tab)).toBe(0)
})
