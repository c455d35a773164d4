import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e-test.ts'
import { openChangingDisk } from '../support/generations.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import { stopWorkers } from '../support/profile.ts'
import { countSessions, makeDisksIdle, readOptions } from '../support/storage.ts'

const MiB = 2 ** 20
const url = '/disks/exerciser-8MiB.img'
const sectors = 8 * 2 ** 11

/** What the browser's settings clear, but for the worker's registration. */
const clearAll = 'indexeddb,file_systems,cache_storage,local_storage'

/** Reads 4 KiB of a chunk; the bytes must be right, whatever happened to the store. */
async function readChunk(tab: Page, chunk: number): Promise<void> {
  const range = [chunk * MiB, chunk * MiB + 4096] as const
  const seen = await readRange(tab, url, range)
  expect([seen.status, seen.digest]).toEqual([206, await exerciserDigest(sectors, range)])
}

async function expectStored(tab: Page, bytes: number): Promise<void> {
  await expect
    .poll(() =>
      tab.evaluate(
        async (path) => (await (await sectorcache.ready).disk(path).status()).storedBytes,
        url,
      ),
    )
    .toBe(bytes)
}

/** Clears data of the page's site, as the browser's settings do. */
async function clearData(tab: Page, storageTypes: string): Promise<void> {
  const session = await tab.context().newCDPSession(tab)
  const { origin } = new URL(tab.url())
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes })
  await session.detach()
}

const clearings: readonly (readonly [string, string, number, (tab: Page) => Promise<unknown>])[] = [
  ['the browser clears IndexedDB', 'idb', 1, (tab) => clearData(tab, 'indexeddb')],
  [
    'a script of the site deletes the database',
    'idb',
    1,
    (tab) =>
      tab.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase('sectorcache')
            request.addEventListener('success', () => resolve(undefined))
            request.addEventListener('error', () => reject(new Error('cannot delete it')))
          }),
      ),
  ],
  ['the browser clears all storage', 'opfs', 1, (tab) => clearData(tab, clearAll)],
  [
    'a script of the site deletes the folder',
    'opfs',
    4,
    (tab) =>
      tab.evaluate(async () => {
        const root = await navigator.storage.getDirectory()
        await root.removeEntry('sectorcache', { recursive: true })
      }),
  ],
]

for (const [what, store, left, clear] of clearings) {
  test(`${what} (${store}): reading goes on, and what is read is stored again`, async ({
    tab,
    visit,
  }) => {
    await visit({ attributes: `data-store="${store}"` })
    for (const chunk of [0, 1, 2]) await readChunk(tab, chunk)
    await expectStored(tab, 3 * MiB)
    // The worker opens them, and remembers that.
    for (const chunk of [0, 1, 2]) await readChunk(tab, chunk)
    await clear(tab)
    await readChunk(tab, 3)
    // Where the catalog is gone, there is just this one.
    await expectStored(tab, left * MiB)
    for (const chunk of [4, 5]) await readChunk(tab, chunk)
    await expect
      .poll(async () => {
        for (const chunk of [0, 1, 2, 3, 4, 5]) await readChunk(tab, chunk)
        const { storedBytes } = await tab.evaluate(
          async (path) => (await sectorcache.ready).disk(path).status(),
          url,
        )
        return storedBytes
      })
      .toBe(6 * MiB)
    await stopWorkers(tab)
    for (const chunk of [0, 1, 2, 3, 4, 5]) await readChunk(tab, chunk)
    await expectStored(tab, 6 * MiB)
  })
}

test('a session stays with its version when the browser clears all storage, ends the worker, and the disk changes', async ({
  tab,
  visit,
}) => {
  const disk = await openChangingDisk((disks) => visit({}, { extraDisks: disks }))
  await disk.storeChunk(tab, 0)
  await clearData(tab, clearAll)
  expect(await disk.read(tab, 1)).toBe('old')
  await expect.poll(() => countSessions(tab)).toBe(1)
  await stopWorkers(tab)
  disk.replace()
  expect(await disk.read(tab, 2)).toBe('503 disk-changed')
})

async function backendsOf(tab: Page): Promise<string[]> {
  return tab.evaluate(async (path) => {
    const { generations } = await (await sectorcache.ready).disk(path).status()
    return generations.map(({ backend }) => backend)
  }, url)
}

for (const isCalled of [false, true]) {
  const caller = isCalled ? 'a call' : 'a read'
  test(`what a page asked for stays in force when all storage is cleared and the worker ends: the next one begins with ${caller}`, async ({
    tab,
    visit,
  }) => {
    await visit({ attributes: 'data-store="opfs"' })
    await readChunk(tab, 0)
    await expectStored(tab, MiB)
    await clearData(tab, clearAll)
    await stopWorkers(tab)
    if (isCalled) expect(await backendsOf(tab)).toEqual([])
    await readChunk(tab, 1)
    await expectStored(tab, MiB)
    expect(await backendsOf(tab)).toEqual(['opfs'])

    // While a worker lives that knows it, it is stored again at once.
    await clearData(tab, clearAll)
    await readChunk(tab, 2)
    await expectStored(tab, MiB)
    const opfs = expect.objectContaining({ options: expect.objectContaining({ store: 'opfs' }) })
    expect(await readOptions(tab)).toContainEqual(opfs)
    await stopWorkers(tab)
    await readChunk(tab, 3)
    await expectStored(tab, 2 * MiB)
    expect(await backendsOf(tab)).toEqual(['opfs'])
  })
}

test('a disk that nobody used for max-idle is given up, but not what is pinned of it', async ({
  tab,
  visit,
}) => {
  const site = await visit({ attributes: 'data-max-idle="1h"' })
  const other = '/disks/exerciser-9MiB.img'
  const prefetch = (path: string): Promise<unknown> =>
    tab.evaluate(
      async (disk) =>
        (await sectorcache.ready).disk(disk).prefetch({ ranges: [{ start: 0, end: 2 ** 21 }] }),
      path,
    )
  const kept = '/disks/exerciser-10MiB.img'
  for (const path of [url, other, kept]) await prefetch(path)
  await tab.evaluate(
    async (disk) => (await sectorcache.ready).disk(disk).pin({ ranges: [{ start: 0, end: 1 }] }),
    kept,
  )
  // The page reads one of them, and has done so since long ago.
  await readChunk(tab, 0)
  await tab.evaluate(async () => (await sectorcache.ready).storage())
  await makeDisksIdle(tab, 2 * 3_600_000)
  await stopWorkers(tab)
  const evicted = tab.evaluate(async () => {
    const cache = await sectorcache.ready
    const urls: string[] = []
    return new Promise<string[]>((resolve) => {
      cache.subscribe((events) => {
        for (const event of events) if (event.type === 'evicted') urls.push(event.url)
        if (urls.length === 2) resolve(urls)
      })
    })
  })
  await readChunk(tab, 0)
  expect((await evicted).sort()).toEqual([kept, other].map((path) => new URL(path, site.url).href))
  const { disks } = await tab.evaluate(async () => (await sectorcache.ready).storage())
  expect(disks.map(({ url: disk, bytes }) => [new URL(disk).pathname, bytes])).toEqual(
    expect.arrayContaining([
      [url, 2 * MiB],
      [kept, MiB],
    ]),
  )
  expect(disks).toHaveLength(2)
})
