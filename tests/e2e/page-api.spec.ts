import type { Page } from '@playwright/test'
import type { DiskCacheError } from '../../src/core/errors.ts'
import type { Disk, DiskCache } from '../../src/protocol/api.ts'
import type { DiskStatus } from '../../src/protocol/reports.ts'
import { expect, test } from '../support/e2e-test.ts'
import { stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import type { Site } from '../support/site.ts'
import { countRecords, makeTombstonesDue } from '../support/storage.ts'

const mebibyte = 2 ** 20
const name = 'exerciser-8MiB.img'
const url = `/disks/${name}`
const sectorCount = (8 * mebibyte) / 512

/** Runs `work` in the page, with the cache and the disk. */
function inPage<Result>(
  page: Page,
  work: (context: { cache: DiskCache; disk: Disk }) => Promise<Result>,
): Promise<Result> {
  const source = `(async () => {
    const cache = await sectorcache.ready
    return (${work.toString()})({ cache, disk: cache.disk('${url}') })
  })()`
  return page.evaluate(source) as Promise<Result>
}

function statusOf(page: Page): Promise<DiskStatus> {
  return inPage(page, ({ disk }) => disk.status())
}

let site: Site

test.beforeEach(async ({ visit }) => {
  site = await visit()
})

test('a prefetch stores what is missing, tells its progress, and the next one fetches nothing', async ({
  tab,
}) => {
  const first = await inPage(tab, async ({ disk }) => {
    const progress: { storedBytes: number; totalBytes: number }[] = []
    const report = await disk.prefetch({ onProgress: (now) => progress.push(now) })
    return { report, last: progress.at(-1), steps: progress.length }
  })
  expect(first.report).toMatchObject({ totalBytes: 8 * mebibyte, fetchedBytes: 8 * mebibyte })
  expect(first.last).toMatchObject({ totalBytes: 8 * mebibyte, storedBytes: 8 * mebibyte })
  expect(first.steps).toBeGreaterThan(0)
  const again = await inPage(tab, ({ disk }) => disk.prefetch())
  expect(again).toMatchObject({ totalBytes: 8 * mebibyte, fetchedBytes: 0 })
  expect(await statusOf(tab)).toMatchObject({
    size: 8 * mebibyte,
    chunkSize: mebibyte,
    storedChunks: 8,
    complete: true,
    coverage: [{ start: 0, end: 8 * mebibyte }],
  })
})

test('an evicted range is missing at once, is fetched again when read, and its data goes later', async ({
  tab,
}) => {
  await inPage(tab, ({ disk }) => disk.prefetch())
  const report = await inPage(tab, ({ disk }) =>
    disk.evict({ ranges: [{ start: 2 ** 20 + 1, end: 5 * 2 ** 20 }] }),
  )
  // Only chunks wholly inside the range go.
  expect(report).toEqual({ generations: 1, chunks: 3, bytes: 3 * mebibyte })
  expect((await statusOf(tab)).coverage).toEqual([
    { start: 0, end: 2 * mebibyte },
    { start: 5 * mebibyte, end: 8 * mebibyte },
  ])
  expect(await countRecords(tab)).toMatchObject({ chunks: 8, tombstones: 1 })
  const seen = await readRange(tab, url, [2 * mebibyte, 2 * mebibyte + 512])
  expect(seen.headers['cache-status']).toContain('fwd=miss')
  expect(seen.digest).toBe(await exerciserDigest(sectorCount, [2 * mebibyte, 2 * mebibyte + 512]))
  // What was read again stays when the rest is swept.
  await expect.poll(async () => (await statusOf(tab)).storedChunks).toBe(6)
  await makeTombstonesDue(tab)
  await stopWorkers(tab)
  await readRange(tab, url, [0, 512])
  await expect.poll(() => countRecords(tab)).toMatchObject({ chunks: 6, tombstones: 0 })
})

test('evicting less than a chunk evicts nothing, and ranges of one version count as one', async ({
  tab,
}) => {
  await inPage(tab, ({ disk }) => disk.prefetch())
  const [small, two] = await inPage(tab, async ({ disk }) => [
    await disk.evict({ ranges: [{ start: 0, end: 4096 }] }),
    await disk.evict({
      ranges: [
        { start: 0, end: 2 ** 20 },
        { start: 3 * 2 ** 20, end: 4 * 2 ** 20 },
      ],
    }),
  ])
  expect(small).toEqual({ generations: 0, chunks: 0, bytes: 0 })
  expect(two).toEqual({ generations: 1, chunks: 2, bytes: 2 * mebibyte })
})

test('invalidating an ETag gives up that generation, and the next read asks the origin', async ({
  tab,
}) => {
  await inPage(tab, ({ disk }) => disk.prefetch())
  const { etag } = await statusOf(tab)
  const other = await inPage(tab, ({ disk }) => disk.invalidate({ etag: '"of another version"' }))
  expect(other).toEqual({ generations: 0, chunks: 0, bytes: 0 })
  const report = await tab.evaluate(
    async ([path, tag]) => (await sectorcache.ready).disk(path).invalidate({ etag: tag }),
    [url, etag ?? ''] as const,
  )
  expect(report).toEqual({ generations: 1, chunks: 8, bytes: 8 * mebibyte })
  expect(await statusOf(tab)).toMatchObject({ storedBytes: 0, generations: [] })
  const seen = await readRange(tab, url, [4096, 8192])
  expect(seen.headers['cache-status']).toContain('fwd=miss')
  expect(seen.digest).toBe(await exerciserDigest(sectorCount, [4096, 8192]))
})

test('invalidate finds disks by prefix, tag and ETag, and with no filter nothing', async ({
  tab,
}) => {
  await inPage(tab, async ({ cache, disk }) => {
    const other = cache.disk('/disks/exerciser-16MiB.img')
    await disk.prefetch({ ranges: [{ start: 0, end: 1 }] })
    await other.prefetch({ ranges: [{ start: 0, end: 1 }] })
    await other.tag('large', 'test')
  })
  const evicted = await inPage(tab, async ({ cache }) => [
    await cache.invalidate({}),
    await cache.invalidate({ tag: 'small' }),
    await cache.invalidate({ prefix: '/disks/exerciser-8', tag: 'large' }),
    await cache.invalidate({ tag: 'large' }),
    await cache.invalidate({ prefix: '/disks/exerciser-8' }),
  ])
  expect(evicted.map(({ generations }) => generations)).toEqual([0, 0, 0, 1, 1])
})

test('clear forgets disks, tags and figures', async ({ tab }) => {
  await inPage(tab, async ({ disk }) => {
    await disk.prefetch()
    await disk.tag('keep')
  })
  await readRange(tab, url, [0, 512])
  const report = await inPage(tab, ({ cache }) => cache.clear())
  expect(report).toEqual({ generations: 1, chunks: 8, bytes: 8 * mebibyte })
  const after = await inPage(tab, async ({ cache }) => ({
    disks: await cache.disks(),
    stats: await cache.stats(),
    storage: await cache.storage(),
  }))
  expect(after.disks).toEqual([])
  expect(after.stats.requests).toEqual({ hit: 0, partial: 0, miss: 0, bypass: 0, error: 0 })
  expect(after.storage.disks).toEqual([])
  expect(await countRecords(tab)).toMatchObject({ generations: 0, pages: 0 })
  expect((await readRange(tab, url, [0, 512])).headers['cache-status']).toContain('fwd=miss')
})

test('the figures add up, and the storage report says what each disk takes', async ({ tab }) => {
  await readRange(tab, url, [0, 512])
  await expect.poll(async () => (await statusOf(tab)).storedChunks).toBe(1)
  await readRange(tab, url, [512, 1024])
  await readRange(tab, url, [mebibyte - 256, mebibyte + 256])
  const { stats, storage } = await inPage(tab, async ({ cache }) => ({
    stats: await cache.stats(),
    storage: await cache.storage(),
  }))
  expect(stats.requests).toMatchObject({ miss: 1, hit: 1, partial: 1, error: 0 })
  expect(stats.bytes).toMatchObject({ fromCache: 768, fromOrigin: 768 })
  expect(stats.hitRate.requests).toBeCloseTo(1 / 3)
  expect(stats.bytes.fetched).toBeGreaterThanOrEqual(mebibyte + 256)
  expect(storage.backend).toBe('idb')
  expect(storage.disks.map((disk) => new URL(disk.url).pathname)).toEqual([url])
  expect(storage.budget).toBeGreaterThan(0)
  expect(storage.quota).toBeGreaterThan(storage.budget)
})

test('an aborted prefetch rejects at once with "aborted" and keeps what had arrived', async ({
  tab,
}) => {
  // Slow enough for several steps.
  site.origin.shape.rateBitsPerSecond = 16e6
  const error = await inPage(tab, async ({ disk }) => {
    const controller = new AbortController()
    const prefetch = disk.prefetch({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    return prefetch.catch(({ code, cause }) => ({ code, cause: cause.message }))
  })
  expect(error).toEqual({ code: 'aborted', cause: 'enough' })
})

test('errors keep code, details and message on their way from the worker', async ({ tab }) => {
  const errors = await inPage(tab, async ({ cache, disk }) => {
    async function facts(work: Promise<unknown>): Promise<unknown> {
      try {
        return await work
      } catch (error) {
        const { code, details, message } = error as DiskCacheError
        return { code, details, message, isError: error instanceof Error, name: disk.url }
      }
    }
    return {
      elsewhere: await facts(cache.disk('/not-a-disk').status()),
      range: await facts(disk.evict({ ranges: [{ start: 5, end: 5 }] })),
      missing: await facts(cache.disk('/disks/missing.img').prefetch()),
      concurrency: await facts(disk.prefetch({ concurrency: 0 })),
    }
  })
  expect(errors.elsewhere).toMatchObject({ code: 'no-such-disk', isError: true })
  expect(errors.range).toMatchObject({
    code: 'invalid-range',
    details: { range: { start: 5, end: 5 } },
  })
  expect(errors.missing).toMatchObject({ code: 'origin-status', details: { status: 404 } })
  expect(errors.concurrency).toMatchObject({ code: 'invalid-option' })
})

test('subscribers hear of reads and stored chunks, and of a gap when the worker was restarted', async ({
  tab,
}) => {
  await inPage(tab, async ({ cache }) => {
    const heard: unknown[] = []
    cache.subscribe((events) => heard.push(...events))
    Object.assign(globalThis, { heard })
  })
  const types = (): Promise<string[]> =>
    tab.evaluate(() =>
      (globalThis as unknown as { heard: { type: string }[] }).heard.map(({ type }) => type),
    )
  await readRange(tab, url, [0, 512])
  await expect.poll(types).toEqual(expect.arrayContaining(['generation', 'read', 'stored']))
  expect(await types()).not.toContain('gap')
  await stopWorkers(tab)
  await readRange(tab, url, [0, 512])
  await expect.poll(types).toContain('gap')
})
