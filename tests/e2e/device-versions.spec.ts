import type { Page } from '@playwright/test'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { countWorkerReads, openDevice, readAll, readOne, withCache } from '../support/device.ts'
import type { Range } from '../support/device.ts'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce } from '../support/fetched.ts'
import { readRange } from '../support/read.ts'
import type { Site } from '../support/site.ts'
import { createVersions, versionBytes } from '../support/two-versions.ts'

const mebibyte = 2 ** 20
const url = '/disks/disk.img'
const versions = createVersions('strong ETags')

/** Stored by {@link readFirst}, and confirmed by a later answer. */
const stored: Range = [100, 5000]
const missing: Range = [5 * mebibyte + 100, 5 * mebibyte + 5000]

let disks: Map<string, DiskSource>
let site: Site

test.beforeEach(({ visit }) => {
  disks = new Map([['disk.img', versions.old]])
  open = async (tab, attributes = '') => {
    site = await visit({ attributes }, { extraDisks: disks })
    await openDevice(tab, url)
    expect(await versionOf(tab, stored)).toBe('old')
    expect(await versionOf(tab, [2 * mebibyte, 2 * mebibyte + 10])).toBe('old')
    await expectChunks(tab, 2)
  }
})

/** Opens a device, and has two chunks stored. */
let open: (tab: Page, attributes?: string) => Promise<void>

async function digestOf(source: DiskSource, [start, end]: Range): Promise<string> {
  const bytes = await source.read(start, end)
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes.slice())).toString('hex')
}

/** What a read of the device gets: bytes of which version, or which error. */
async function versionOf(tab: Page, range: Range): Promise<string> {
  return nameOf(await readOne(tab, range), range)
}

async function nameOf(seen: string, range: Range): Promise<string> {
  if (seen === (await digestOf(versions.old, range))) return 'old'
  if (seen === (await digestOf(versions.next, range))) return 'new'
  return seen.length === 64 ? 'a mixture' : seen
}

async function expectChunks(tab: Page, count: number): Promise<void> {
  await expect
    .poll(() =>
      withCache(tab, async (cache) => {
        const { generations } = await cache.disk('/disks/disk.img').status()
        return generations.reduce((sum, { storedChunks }) => sum + storedChunks, 0)
      }),
    )
    .toBe(count)
}

function invalidate(tab: Page): Promise<unknown> {
  return withCache(tab, (cache) => cache.disk('/disks/disk.img').invalidate())
}

test('after an invalidation a device goes on if the origin has its version still, and is fast again', async ({
  tab,
}) => {
  await open(tab)
  await invalidate(tab)
  site.origin.reset()
  expect(await versionOf(tab, stored)).toBe('old')
  expect(site.diskRequests('disk.img')).toHaveLength(1)
  await expectChunks(tab, 1)
  // The version is kept under another id now, which the next read that goes through the worker finds.
  expect(await versionOf(tab, [600_000, 600_010])).toBe('old')
  let offset = 65_536
  await expect
    .poll(async () => {
      const before = await countWorkerReads(tab)
      // Never the same place, which might be in memory.
      offset += 65_536
      expect(offset).toBeLessThan(mebibyte)
      expect(await versionOf(tab, [offset + 5, offset + 10])).toBe('old')
      return (await countWorkerReads(tab)) - before
    })
    .toBe(0)
})

test('after an invalidation of a version that the origin has no more, nothing of it is read', async ({
  tab,
}) => {
  await open(tab)
  disks.set('disk.img', versions.next)
  await invalidate(tab)
  expect(await versionOf(tab, stored)).toBe('disk-changed')
  expect(await versionOf(tab, missing)).toBe('disk-changed')
  await tab.reload()
  await openDevice(tab, url)
  expect(await versionOf(tab, stored)).toBe('new')
})

test('what was evicted is fetched again, once, and is right', async ({ tab }) => {
  await open(tab)
  site.origin.reset()
  await withCache(tab, (cache) => cache.disk('/disks/disk.img').evict())
  const readers = Array.from({ length: 20 }, (): Range => stored)
  const seen = new Set(await readAll(tab, readers))
  expect([...seen]).toEqual([await digestOf(versions.old, stored)])
  // The rest of the chunk comes afterwards.
  await expect.poll(() => fetchedOnce(site.diskRequests('disk.img'))).toEqual([[0, mebibyte]])
})

test('a device keeps its version when the disk is replaced; what that lacks is refused, not mixed', async ({
  tab,
}) => {
  await open(tab)
  disks.set('disk.img', versions.next)
  expect(await versionOf(tab, missing)).toBe('disk-changed')
  expect(await versionOf(tab, stored)).toBe('old')
  expect(await versionOf(tab, [0, 6 * mebibyte])).toBe('disk-changed')
  await tab.reload()
  await openDevice(tab, url)
  for (const range of [stored, missing, [0, versionBytes] as const]) {
    expect(await versionOf(tab, range)).toBe('new')
  }
})

test('with on-change=switch the page changes over, and its device does not', async ({ tab }) => {
  await open(tab, 'data-on-change="switch"')
  disks.set('disk.img', versions.next)
  expect(await versionOf(tab, missing)).toBe('disk-changed')
  expect((await readRange(tab, url, missing)).digest).toBe(await digestOf(versions.next, missing))
  expect(await versionOf(tab, missing)).toBe('disk-changed')
  expect(['old', 'disk-changed']).toContain(await versionOf(tab, stored))
  await openDevice(tab, url)
  expect(await versionOf(tab, stored)).toBe('new')
})

test('a disk that is replaced, invalidated and evicted while it is read is never mixed', async ({
  tab,
}) => {
  await open(tab)
  const ranges = Array.from({ length: 400 }, (_, at): Range => {
    const start = (at * 1_234_567) % (versionBytes - 200_000)
    return [start, start + 1 + ((at * 7919) % 200_000)]
  })
  const batches: Promise<string[]>[] = []
  for (let at = 0; at < ranges.length; at += 50) {
    batches.push(readAll(tab, ranges.slice(at, at + 50)))
    if (at === 100) await withCache(tab, (cache) => cache.disk('/disks/disk.img').evict())
    if (at === 150) disks.set('disk.img', versions.next)
    if (at === 250) await invalidate(tab)
  }
  const seen = (await Promise.all(batches)).flat()
  const names = await Promise.all(ranges.map((range, at) => nameOf(seen[at] ?? '', range)))
  expect(names.filter((read) => read !== 'old' && read !== 'disk-changed')).toEqual([])
  expect(await versionOf(tab, stored)).toBe('disk-changed')
})
