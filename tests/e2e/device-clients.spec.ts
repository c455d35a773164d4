import type { Page } from '@playwright/test'
import { noValidator } from '../../src/demo/server/faults.ts'
import { countWorkerReads, openDevice, readAll, readOne, withCache } from '../support/device.ts'
import type { Range } from '../support/device.ts'
import { expect, pageWith, test } from '../support/e2e-test.ts'
import { exerciserDigest } from '../support/read.ts'

const mebibyte = 2 ** 20
const size = 8 * mebibyte
const name = 'exerciser-8MiB.img'
const url = `/disks/${name}`
const ranges: Range[] = [
  [0, 512],
  [mebibyte - 100, mebibyte + 100],
  [5_000_000, 5_300_000],
]

/** What `device-worker.js` answers. */
interface WorkerAnswer {
  readonly size?: number
  readonly digests?: string[]
  readonly code?: string
}

/** Reads in a dedicated worker of the page, which is started for it. */
function readInWorker(tab: Page, path: string): Promise<WorkerAnswer> {
  return tab.evaluate(
    ([target, wanted]) =>
      new Promise<WorkerAnswer>((resolve) => {
        const worker = new Worker('/device-worker.js', { type: 'module' })
        worker.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer>) => resolve(data))
        worker.postMessage({ url: target, ranges: wanted })
      }),
    [path, ranges] as const,
  )
}

function digests(): Promise<string[]> {
  return Promise.all(ranges.map((range) => exerciserDigest(size / 512, range)))
}

test('a dedicated worker opens a device of its own, cold, warm and offline', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  expect(await readInWorker(tab, url)).toEqual({ size, digests: await digests() })
  await withCache(tab, (cache) => cache.disk('/disks/exerciser-8MiB.img').prefetch())
  site.origin.reset()
  expect(await readInWorker(tab, url)).toEqual({ size, digests: await digests() })
  expect(site.diskRequests(name)).toEqual([])
})

test('a page or worker that no worker of ours controls is told what to do', async ({
  tab,
  serve,
}) => {
  const html = '<!doctype html><title>page</title>'
  const site = await serve({ content: 'pages', pages: { '/page.html': html } })
  await tab.goto(`${site.url}page.html`)
  expect(await readInWorker(tab, url)).toMatchObject({ code: 'not-registered' })
  const inPage = await tab.evaluate(async (path) => {
    const module = '/sectorcache-device.js'
    const { openBlockDevice } = (await import(module)) as {
      openBlockDevice(target: string): Promise<unknown>
    }
    return openBlockDevice(path).catch(({ code, message }) => [code, message] as string[])
  }, url)
  expect(inPage).toEqual(['not-registered', expect.stringContaining('sectorcache.ready')])
})

test('what is no disk of the worker, or cannot be had, is told by its code', async ({
  tab,
  visit,
}) => {
  await visit()
  expect(await openDevice(tab, '/libv86.js')).toBe('no-such-disk')
  expect(await openDevice(tab, '/disks/missing.img')).toBe('origin-status')
})

test('a page whose script of the device is missing is told so', async ({ tab, visit }) => {
  await visit(
    {},
    {
      handlers: [
        ({ url: path }, response, next) => {
          if (path === '/sectorcache-device.js') response.writeHead(404).end()
          else next()
        },
      ],
    },
  )
  expect(await openDevice(tab, url)).toBe('unsupported')
})

test('a device opens under a policy that allows scripts of the site only, and Trusted Types', async ({
  tab,
  visit,
}) => {
  const site = await visit(
    {},
    {
      pages: { '/strict.html': pageWith() },
      headers: {
        '/strict.html': {
          'Content-Security-Policy':
            "default-src 'self'; require-trusted-types-for 'script'; trusted-types sectorcache",
        },
      },
    },
  )
  await tab.goto(`${site.url}strict.html`)
  expect(await openDevice(tab, url)).toMatchObject({ size })
  expect(await readAll(tab, ranges)).toEqual(await digests())
})

for (const [what, cacheControl, isWithValidator] of [
  ['may not be stored', 'no-store', true],
  ['has no validator', 'no-cache', false],
] as const) {
  test(`a disk that ${what} is read by fetch alone`, async ({ tab, visit }) => {
    const site = await visit({}, { cacheControl })
    if (!isWithValidator) site.origin.faults.add(noValidator())
    const etag = isWithValidator ? (expect.any(String) as unknown) : undefined
    expect(await openDevice(tab, url)).toEqual({ size, etag })
    expect(await readAll(tab, ranges)).toEqual(await digests())
    expect(await readAll(tab, ranges)).toEqual(await digests())
    expect(await withCache(tab, (cache) => cache.disks())).toEqual([])
  })
}

test('where the browser’s storage fails a device reads by fetch alone', async ({ tab, visit }) => {
  await visit()
  await withCache(tab, (cache) => cache.disk('/disks/exerciser-8MiB.img').prefetch())
  await tab.evaluate(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('There is no storage.', 'UnknownError')
    }
  })
  expect(await openDevice(tab, url)).toMatchObject({ size })
  const before = await countWorkerReads(tab)
  expect(await readAll(tab, ranges)).toEqual(await digests())
  expect(await countWorkerReads(tab)).toBeGreaterThan(before)
})

test('a disk that may not be stored is not mixed when it is replaced', async ({ tab, visit }) => {
  const site = await visit({}, { cacheControl: 'no-store' })
  await openDevice(tab, url)
  site.origin.faults.add((plan) => ({ ...plan, headers: { ...plan.headers, ETag: '"next"' } }))
  expect(await readOne(tab, [4096, 8192])).toBe('disk-changed')
})

test('a device finds the disk by the query parameters that tell disks apart', async ({
  tab,
  visit,
}) => {
  const site = await visit({ attributes: 'data-key-params="v"' })
  for (const query of ['?v=1&signature=abc', '?signature=xyz&v=1', '?v=2']) {
    await openDevice(tab, url + query)
    expect(await readAll(tab, ranges)).toEqual(await digests())
  }
  // Both disks, so that no chunk's rest is asked for later.
  await withCache(tab, (cache) => cache.disk('/disks/exerciser-8MiB.img?v=2').prefetch())
  await withCache(tab, (cache) => cache.disk('/disks/exerciser-8MiB.img?v=1').prefetch())
  site.origin.reset()
  await openDevice(tab, `${url}?signature=new&v=1`)
  const before = await countWorkerReads(tab)
  expect(await readAll(tab, ranges)).toEqual(await digests())
  expect(await countWorkerReads(tab)).toBe(before)
  expect(site.diskRequests(name)).toEqual([])
})
