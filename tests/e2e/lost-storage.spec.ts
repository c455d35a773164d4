import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce } from '../support/fetched.ts'
import { stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import type { Site } from '../support/site.ts'
import { openChangingDisk } from '../support/generations.ts'
import {
  countRecords,
  countSessions,
  damageChunkFiles,
  deleteChunkData,
  holdCatalog,
  upgradeCatalog,
} from '../support/storage.ts'

const url = '/disks/exerciser-8MiB.img'
const sectorCount = 2 ** 23 / 512
const range = [0, 2 ** 20] as const

let site: Site
let open: (attributes?: string) => Promise<void>

test.beforeEach(({ visit }) => {
  open = async (attributes = '') => {
    site = await visit({ attributes })
  }
})

async function expectRightBytes(tab: Page): Promise<void> {
  expect((await readRange(tab, url, range)).digest).toBe(await exerciserDigest(sectorCount, range))
}

async function expectStored(tab: Page, chunks: number): Promise<void> {
  await expect
    .poll(() =>
      tab.evaluate(
        async (path) => (await (await sectorcache.ready).disk(path).status()).storedChunks,
        url,
      ),
    )
    .toBe(chunks)
}

test('chunks whose data was deleted behind our back are fetched again', async ({ tab }) => {
  await open()
  await expectRightBytes(tab)
  await expectStored(tab, 1)
  await deleteChunkData(tab)
  await stopWorkers(tab)
  site.origin.reset()
  await expectRightBytes(tab)
  await expect.poll(async () => (await countRecords(tab)).chunks).toBe(1)
  expect(site.diskRequests('exerciser-8MiB.img')).toEqual(['GET bytes=0-1048575'])
})

test('a damaged chunk file is noticed by its checksum, and fetched again', async ({ tab }) => {
  await open('data-store="opfs"')
  await expectRightBytes(tab)
  await expectStored(tab, 1)
  expect(await damageChunkFiles(tab)).toBe(1)
  await stopWorkers(tab)
  site.origin.reset()
  const isStoredAgain = tab.evaluate(async () => {
    const cache = await sectorcache.ready
    return new Promise((resolve) => {
      cache.subscribe((events) => events.some(({ type }) => type === 'stored') && resolve(true))
    })
  })
  const start = [0, 4096] as const
  const seen = await readRange(tab, url, start)
  expect(seen.digest).toBe(await exerciserDigest(sectorCount, start))
  await isStoredAgain
  await stopWorkers(tab)
  await expectRightBytes(tab)
  expect(fetchedOnce(site.diskRequests('exerciser-8MiB.img'))).toEqual([[0, 2 ** 20]])
})

test('a worker goes on with a catalog that a newer one has upgraded', async ({ tab }) => {
  await open()
  await expectRightBytes(tab)
  await expectStored(tab, 1)
  await upgradeCatalog(tab)
  await expectRightBytes(tab)
  await stopWorkers(tab)
  site.origin.reset()
  await expectRightBytes(tab)
  expect(site.diskRequests('exerciser-8MiB.img')).toEqual([])
})

test('who read one version from the network while the catalog did not open is not shown another one that is stored', async ({
  tab,
  visit,
}) => {
  const disk = await openChangingDisk((disks) => visit({}, { extraDisks: disks }))
  await disk.storeAll(tab)
  const other = await disk.beginAnother(tab)
  disk.replace()
  await stopWorkers(tab)
  const release = await holdCatalog(tab)
  expect(await disk.read(other, 0)).toBe('new')
  await release()
  await expect
    .poll(async () => {
      expect(await disk.read(other, 1)).toBe('new')
      return countSessions(tab)
    })
    .toBe(1)
  await stopWorkers(tab)
  expect(await disk.read(other, 2)).toBe('new')
})

test('a budget in bytes counts what we store, and a full one does not keep a read from its bytes', async ({
  tab,
}) => {
  await open('data-budget="2MiB"')
  // What the site itself stores does not count.
  await tab.evaluate(async () => {
    const cache = await caches.open('of the site')
    await cache.put('/big', new Response(new Uint8Array(16 * 2 ** 20)))
  })
  for (const chunk of [0, 1, 2, 3]) {
    const part = [chunk * 2 ** 20 + 100, chunk * 2 ** 20 + 200] as const
    const seen = await readRange(tab, url, part)
    expect(seen.digest).toBe(await exerciserDigest(sectorCount, part))
    await expectStored(tab, Math.min(chunk + 1, 2))
  }
  const full = await tab.evaluate(
    async (path) =>
      (await sectorcache.ready)
        .disk(path)
        .prefetch()
        .catch(({ code }) => code as string),
    url,
  )
  expect(full).toBe('quota-exceeded')
})
