import type { Page } from '@playwright/test'

import { expect, pageWith, test } from '../support/e2e-test.ts'
import { MiB, readChunk, storedChunks, url } from '../support/chunk-reads.ts'
import { openChangingDisk } from '../support/generations.ts'
import { overrideQuota, stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import { countSessions } from '../support/storage.ts'

type Removal = 'clear' | 'evict' | 'invalidate'

/** @returns how many chunks went; or the code of the error. */
function remove(page: Page, call: Removal): Promise<number | string> {
  return page.evaluate(
    async ([path, name]) => {
      const cache = await sectorcache.ready
      const done = name === 'clear' ? cache.clear() : cache.disk(path)[name]()
      return done.then(
        ({ chunks }) => chunks,
        ({ code }: { code: string }) => code,
      )
    },
    [url, call] as const,
  )
}

/** Writes until IndexedDB takes not even some bytes more. */
function fillUp(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const opening = indexedDB.open('filler', 1)
    opening.addEventListener('upgradeneeded', () => {
      opening.result.createObjectStore('bytes', { autoIncrement: true })
    })
    await new Promise((resolve) => opening.addEventListener('success', resolve))
    const db = opening.result
    const put = (size: number): Promise<string | undefined> =>
      new Promise((resolve) => {
        const transaction = db.transaction('bytes', 'readwrite', { durability: 'strict' })
        transaction.objectStore('bytes').put(crypto.getRandomValues(new Uint8Array(size)))
        transaction.addEventListener('complete', () => resolve(undefined))
        transaction.addEventListener('abort', () => resolve(transaction.error?.name))
      })
    for (let size = 2 ** 16; size >= 2 ** 6;) {
      const error = await put(size)
      if (error === 'QuotaExceededError') size /= 2
      else if (error !== undefined) throw new Error(`The filler met ${error}.`)
    }
    db.close()
  })
}

for (const [call, store] of [
  ['clear', 'idb'],
  ['evict', 'idb'],
  ['invalidate', 'idb'],
  ['clear', 'opfs'],
] as const) {
  test(`${call}() works where there is no room to write anything (${store})`, async ({
    tab,
    serve,
  }) => {
    const attributes = `data-budget="1GiB" data-store="${store}"`
    const pages = { '/page.html': pageWith({ attributes }) }
    const site = await serve({ content: 'pages', pages })
    // Chromium looks at the quota only when what there was at an earlier look is used up: it is set first of all.
    const restore = await overrideQuota(tab, site.url, 4.5 * MiB)
    await tab.goto(`${site.url}page.html`)
    for (const chunk of [0, 1, 2]) await readChunk(tab, url, chunk)
    await restore()
    const restoreFull = await overrideQuota(tab, site.url, 1)
    await fillUp(tab)
    expect(await remove(tab, call)).toBe(3)
    expect(await storedChunks(tab, url)).toEqual([])
    const part = [MiB, MiB + 4096] as const
    const { digest } = await readRange(tab, url, part)
    expect(digest).toBe(await exerciserDigest(8 * 2 ** 11, part))
    await restoreFull()
    await stopWorkers(tab)
    await readChunk(tab, url, 3)
    await expect.poll(() => storedChunks(tab, url)).toContain(3)
  })
}

for (const [what, isPinned] of [
  ['finds room for its note', false],
  ['is noted as soon as there is room', true],
] as const) {
  test(`a session that begins where there is no room ${what}, and stays with its version`, async ({
    tab,
    serve,
  }) => {
    const pages = { '/page.html': pageWith({ attributes: 'data-budget="1GiB"' }) }
    let restore = async (): Promise<void> => undefined
    const disk = await openChangingDisk(async (extraDisks) => {
      const site = await serve({ content: 'pages', pages, extraDisks })
      restore = await overrideQuota(tab, site.url, 10 * MiB)
      await tab.goto(`${site.url}page.html`)
      return site
    })
    await disk.storeAll(tab)
    if (isPinned)
      await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).pin(), disk.url)
    const other = await disk.beginAnother(tab)
    await fillUp(tab)
    expect(await disk.read(other, 0)).toBe('old')
    await expect.poll(() => countSessions(tab)).toBe(isPinned ? 0 : 1)
    if (isPinned) {
      await restore()
      await tab.evaluate(() => void indexedDB.deleteDatabase('filler'))
      await expect
        .poll(async () => {
          expect(await disk.read(other, 0)).toBe('old')
          return countSessions(tab)
        })
        .toBe(1)
    }
    await stopWorkers(tab)
    disk.replace()
    await tab.evaluate(async (path) => {
      const { evict, unpin } = (await sectorcache.ready).disk(path)
      await unpin()
      await evict({ ranges: [{ start: 5 * 2 ** 20, end: 6 * 2 ** 20 }] })
    }, disk.url)
    expect(await disk.read(other, 5)).toBe('503 disk-changed')
  })
}
