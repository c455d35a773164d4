import type { Page } from '@playwright/test'
import { ignoreRange, shortBody } from '../../src/demo/server/faults.ts'
import {
  describeFailure,
  disk,
  expectWholeDiskRight,
  mebibyte,
  storedBytes,
  tryWanted,
  wanted,
} from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { readRange } from '../support/read.ts'

declare global {
  /** Starts of the chunks that were stored since {@link noteStored}, in this order. */
  var storedStarts: number[]
}

function noteStored(tab: Page): Promise<void> {
  return tab.evaluate(async () => {
    globalThis.storedStarts = []
    const cache = await sectorcache.ready
    cache.subscribe((events) => {
      for (const event of events) {
        for (const { start, end } of event.type === 'stored' ? event.ranges : []) {
          for (let at = start; at < end; at += 2 ** 20) globalThis.storedStarts.push(at)
        }
      }
    })
  })
}

test('what came before the break of an ignored range stays, and the next read stores only the rest', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await noteStored(tab)
  site.origin.faults.add(ignoreRange({ withLength: true }))
  const broken = site.origin.faults.add(shortBody(2 * mebibyte))
  const behind = [7 * mebibyte, 7 * mebibyte + 512] as const
  expect(describeFailure(await readRange(tab, disk.url, behind))).toBe('503 origin-unreachable')
  // Chunks land in groups of four. What was not read when the connection broke is lost.
  await expect.poll(() => storedBytes(tab)).toBeGreaterThanOrEqual(4 * mebibyte)
  broken.remove()
  site.origin.reset()
  site.origin.faults.add(ignoreRange({ withLength: true }))
  expect(await tryWanted(tab)).toBe('right')
  expect(site.diskRequests(disk.name)).toEqual([])
  await readRange(tab, disk.url, behind)
  await expect.poll(() => storedBytes(tab)).toBe(8 * mebibyte)
  expect(site.diskRequests(disk.name)).toHaveLength(1)
  const starts = (): Promise<number[]> => tab.evaluate(() => globalThis.storedStarts)
  await expect.poll(async () => (await starts()).length).toBe(8)
  expect(new Set(await starts()).size).toBe(8)
  await site.close()
  await expectWholeDiskRight(tab)
})

const tooLarge = [
  ['does not tell a size of over 64 MiB', false, 'exerciser-65MiB.img', ''],
  ['sends more than the budget', true, disk.name, 'data-budget="4MiB"'],
] as const

for (const [what, withLength, name, attributes] of tooLarge) {
  test(`an origin that ignores ranges and ${what} is refused, and says what to do`, async ({
    tab,
    visit,
  }) => {
    const site = await visit({ attributes })
    site.origin.faults.add(ignoreRange({ withLength }))
    const seen = await readRange(tab, `/disks/${name}`, wanted)
    expect(describeFailure(seen)).toBe('502 origin-bad-response')
    expect(seen.text).toContain('Serve the disk from a server that answers Range requests')
    expect(await storedBytes(tab, `/disks/${name}`)).toBe(0)
    expect(site.diskRequests(name)).toHaveLength(1)
    await expect.poll(() => site.origin.counters.open).toBe(0)
  })
}
