import type { Page } from '@playwright/test'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import type { UpdateReport } from '../../src/protocol/reports.ts'
import { mebibyte, storedBytes } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { diskOfPieces, fileOf, makePiece, manifestOf } from '../support/manifest.ts'
import { stopWorkers } from '../support/profile.ts'
import { readRange } from '../support/read.ts'
import { countRecords, makeTombstonesDue } from '../support/storage.ts'
import type { Site } from '../support/site.ts'

const url = '/disks/disk.img'
const manifestRequest = '/disks/disk.img.manifest.json'
const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map(makePiece)
const old = diskOfPieces('"old"', [a, b, c, d, undefined, c])
/** One chunk as it was, two moved, one cleared, one new, and a copy of that. */
const next = diskOfPieces('"next"', [a, c, b, undefined, e, e])

let disks: Map<string, DiskSource>
let site: Site
let open: (attributes?: string) => Promise<void>

test.beforeEach(({ visit }) => {
  disks = new Map([['disk.img', old]])
  open = async (attributes = '') => {
    site = await visit({ attributes }, { extraDisks: disks })
  }
})

async function replace(source: DiskSource, manifest?: unknown): Promise<void> {
  disks.set('disk.img', source)
  disks.set('disk.img.manifest.json', fileOf(manifest ?? (await manifestOf(source))))
  site.origin.reset()
}

function prefetch(tab: Page): Promise<unknown> {
  return tab.evaluate(async (path) => (await sectorcache.ready).disk(path).prefetch(), url)
}

function update(tab: Page): Promise<UpdateReport> {
  return tab.evaluate(async (path) => (await sectorcache.ready).disk(path).update(), url)
}

async function activate(tab: Page): Promise<void> {
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).activate(), url)
}

async function begin(tab: Page): Promise<void> {
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
}

const manifestsAsked = (): number =>
  site.origin.requests.filter((request) => request.url.startsWith(manifestRequest)).length

async function expectWhole(tab: Page, source: DiskSource): Promise<void> {
  for (const [chunk, { sha256 }] of (await manifestOf(source)).chunks.entries()) {
    const start = chunk * mebibyte
    const seen = await readRange(tab, url, [start, start + mebibyte])
    expect([chunk, seen.status, seen.digest]).toEqual([chunk, 206, sha256])
  }
}

test('equal chunks are taken over from wherever they were; only what is new is fetched, and all is stored once', async ({
  tab,
}) => {
  await open()
  await prefetch(tab)
  // Six chunks: one is all zero, and two are equal.
  expect((await countRecords(tab)).chunks).toBe(4)
  await replace(next)
  expect(await update(tab)).toMatchObject({
    found: 'new',
    state: 'waiting',
    etag: '"next"',
    bytesTakenOver: 4 * mebibyte,
    bytesToFetch: 2 * mebibyte,
  })
  // Before and after the manifest.
  expect(site.diskRequests('disk.img').filter((it) => it.startsWith('GET bytes'))).toEqual([
    'GET bytes=0-0',
    'GET bytes=0-0',
  ])
  await prefetch(tab)
  await activate(tab)
  await expect.poll(() => storedBytes(tab, url)).toBe(next.size)
  expect((await countRecords(tab)).chunks).toBe(5)
  await begin(tab)
  site.origin.reset()
  await expectWhole(tab, next)
  expect(site.origin.requests).toEqual([])
})

test('what was taken over stays when the old version is given up and its data deleted', async ({
  tab,
}) => {
  await open()
  await prefetch(tab)
  await replace(next)
  await update(tab)
  await prefetch(tab)
  await activate(tab)
  await tab.evaluate(
    async (path) => (await sectorcache.ready).disk(path).invalidate({ etag: '"old"' }),
    url,
  )
  await makeTombstonesDue(tab)
  await stopWorkers(tab)
  await begin(tab)
  site.origin.reset()
  await expectWhole(tab, next)
  // What only the old version had is deleted.
  await expect.poll(async () => (await countRecords(tab)).chunks).toBe(4)
  await stopWorkers(tab)
  await expectWhole(tab, next)
  expect(site.origin.requests).toEqual([])
})

test('with chunks of another size, equal bytes at the same place are taken over', async ({
  tab,
}) => {
  await open('data-chunk-size="256KiB"')
  await prefetch(tab)
  await replace(next)
  expect(await update(tab)).toMatchObject({
    bytesTakenOver: 2 * mebibyte,
    bytesToFetch: 4 * mebibyte,
  })
  const sizes = await tab.evaluate(async (path) => {
    const { generations } = await (await sectorcache.ready).disk(path).status()
    return generations.map(({ chunkSize }) => chunkSize)
  }, url)
  expect(sizes).toEqual([mebibyte / 4, mebibyte])
  await prefetch(tab)
  await activate(tab)
  await begin(tab)
  await expectWhole(tab, next)
})

test('files of OPFS are copied', async ({ tab }) => {
  await open('data-store="opfs"')
  await prefetch(tab)
  await replace(next)
  expect(await update(tab)).toMatchObject({ bytesTakenOver: 4 * mebibyte })
  await activate(tab)
  await begin(tab)
  await expectWhole(tab, next)
})

test('no boot asks for a manifest, and neither does an update that finds nothing new', async ({
  tab,
}) => {
  await open()
  await replace(old)
  await prefetch(tab)
  await readRange(tab, url, [0, 512])
  expect(await update(tab)).toMatchObject({ found: 'same', bytesToFetch: 0 })
  expect(manifestsAsked()).toBe(0)
})

test('that there is no manifest is remembered', async ({ tab }) => {
  await open()
  await prefetch(tab)
  disks.set('disk.img', next)
  for (const asked of [1, 1]) {
    expect(await update(tab)).toMatchObject({ found: 'new', bytesTakenOver: 0 })
    expect(manifestsAsked()).toBe(asked)
  }
})

for (const [what, manifest] of [
  ['is no JSON', '{'],
  ['is of a disk of another size', { ...(await manifestOf(old)), totalSize: 1 }],
  [
    'has hashes that are none',
    { ...(await manifestOf(next)), chunks: [{ sha256: 1 }, {}, {}, {}, {}, {}] },
  ],
] as const) {
  test(`a manifest that ${what} is refused, and the new version is there all the same`, async ({
    tab,
  }) => {
    await open()
    await prefetch(tab)
    await replace(next, manifest)
    const code = await tab.evaluate(
      async (path) =>
        (await sectorcache.ready)
          .disk(path)
          .update()
          .then(
            () => 'done',
            (error: { code: string }) => error.code,
          ),
      url,
    )
    expect(code).toBe('origin-bad-response')
    await activate(tab)
    await begin(tab)
    await expectWhole(tab, next)
  })
}

test('a chunk that is not what the manifest promises is not stored, and pages hear of it', async ({
  tab,
}) => {
  await open()
  await prefetch(tab)
  // The manifest promises another chunk 4.
  await replace(next, await manifestOf(diskOfPieces('', [a, c, b, undefined, f, e])))
  expect(await update(tab)).toMatchObject({ bytesTakenOver: 4 * mebibyte })
  await activate(tab)
  await begin(tab)
  await tab.evaluate(async () => {
    const cache = await sectorcache.ready
    cache.subscribe((events) => {
      for (const event of events) if (event.type === 'problem') document.title = event.code
    })
  })
  await expectWhole(tab, next)
  await expect.poll(() => tab.title()).toBe('integrity-failed')
  await expect.poll(() => storedBytes(tab, url)).toBe(next.size - mebibyte)
  const prefetched = tab.evaluate(
    async (path) =>
      (await sectorcache.ready)
        .disk(path)
        .prefetch()
        .catch((error: { code: string }) => error.code),
    url,
  )
  expect(await prefetched).toBe('integrity-failed')
})

test('an update that is broken off anywhere leaves both versions right, and the next one finishes it', async ({
  tab,
}) => {
  await open()
  await prefetch(tab)
  await replace(next)
  for (let round = 0; round < 6; round++) {
    const broken = update(tab).catch(() => undefined)
    if (round % 2 === 0) await stopWorkers(tab)
    await begin(tab)
    await broken
    await expectWhole(tab, old)
  }
  expect(await update(tab)).toMatchObject({ bytesToFetch: 2 * mebibyte })
  await prefetch(tab)
  await begin(tab)
  await expectWhole(tab, next)
})
