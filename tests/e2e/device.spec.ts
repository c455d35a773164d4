import { expect, test } from '../support/e2e-test.ts'
import { fetchedOnce } from '../support/fetched.ts'
import { countWorkerReads, openDevice, readAll, readOne, withCache } from '../support/device.ts'
import type { Range } from '../support/device.ts'
import { answerStatus, stall } from '../../src/demo/server/faults.ts'
import { stopWorkers } from '../support/profile.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import { settled } from '../support/settled.ts'
import { countRecords, damageChunkFiles, deleteChunkData } from '../support/storage.ts'

const mebibyte = 2 ** 20
const size = 8 * mebibyte
const name = 'exerciser-8MiB.img'
const url = `/disks/${name}`

/** Ranges of all lengths, at their own places, over blocks, chunks and the pieces that long reads are made in. */
function someRanges(count: number): Range[] {
  const lengths = [
    1,
    511,
    512,
    4096,
    5000,
    65_536,
    70_000,
    132 * 1024,
    300_000,
    1_500_000,
    5 * mebibyte,
  ]
  return Array.from({ length: count }, (_, at) => {
    const length = lengths[at % lengths.length] ?? 1
    const start = (at * 7_654_321) % (size - length + 1)
    return [start, start + length] as const
  })
}

function digestsOf(ranges: readonly Range[]): Promise<string[]> {
  return Promise.all(ranges.map((range) => exerciserDigest(size / 512, range)))
}

const ranges = someRanges(44)

/** An answer that does not go on by itself. */
const endless = { afterBytes: 50, until: new Promise<void>(() => undefined) }

for (const store of ['idb', 'opfs']) {
  test(`a device on ${store} reads the disk’s bytes cold, warm and offline`, async ({
    tab,
    visit,
  }) => {
    const site = await visit({ attributes: `data-store="${store}"` })
    const right = await digestsOf(ranges)
    const opened = await openDevice(tab, url)
    expect(opened).toEqual({ size, etag: expect.stringMatching(/^"/) as unknown })
    expect(await readAll(tab, ranges)).toEqual(right)

    await withCache(tab, (cache) => cache.disk('/disks/exerciser-8MiB.img').prefetch())
    await tab.reload()
    site.origin.reset()
    expect(await openDevice(tab, url)).toEqual(opened)
    const before = await countWorkerReads(tab)
    expect(await readAll(tab, ranges)).toEqual(right)
    for (const [at, range] of ranges.entries()) expect(await readOne(tab, range)).toBe(right[at])
    expect(await countWorkerReads(tab)).toBe(before)
    expect(site.diskRequests(name)).toEqual([])

    await site.close()
    await stopWorkers(tab)
    expect(await openDevice(tab, url)).toEqual(opened)
    expect(await readAll(tab, ranges)).toEqual(right)
  })
}

test('many readers of a cold disk fetch each chunk once, and the next read needs no worker', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await openDevice(tab, url)
  const wanted = Array.from({ length: 60 }, (_, at): Range => {
    const start = 2 * mebibyte + (at % 20) * 100_000
    return [start, start + 4096]
  })
  const right = await digestsOf(wanted)
  expect(await readAll(tab, wanted)).toEqual(right)
  await expect
    .poll(() =>
      withCache(tab, async (cache) => {
        const { storedChunks } = await cache.disk('/disks/exerciser-8MiB.img').status()
        return storedChunks
      }),
    )
    .toBe(3)
  expect(
    fetchedOnce(site.diskRequests(name).filter((request) => request !== 'GET bytes=0-0')),
  ).toEqual([
    [0, mebibyte],
    [2 * mebibyte, 4 * mebibyte],
  ])
  const before = await countWorkerReads(tab)
  expect(await readAll(tab, [[2 * mebibyte, 4 * mebibyte]])).toEqual(
    await digestsOf([[2 * mebibyte, 4 * mebibyte]]),
  )
  expect(await countWorkerReads(tab)).toBe(before)
})

test('what a device reads out of the store moves the readahead on', async ({ tab, visit }) => {
  const step = 64 * 1024
  const site = await visit({ attributes: 'data-chunk-size="64KiB" data-readahead="auto"' })
  const readTo = async (end: number): Promise<void> => {
    for (; at < end; at += step) {
      expect(await readOne(tab, [at, at + step])).toBe(
        await exerciserDigest(size / 512, [at, at + step]),
      )
    }
  }
  const fetchedTo = (): number => fetchedOnce(site.diskRequests(name))[0]?.[1] ?? 0
  let at = 0
  await openDevice(tab, url)
  // Both are missing: the worker hears of them, and begins a window.
  await readTo(2 * step)
  await expect.poll(fetchedTo).toBeGreaterThan(2 * step)
  await settled(tab, site)
  const end = fetchedTo()
  const before = await countWorkerReads(tab)
  await readTo(end)
  expect(await countWorkerReads(tab)).toBe(before)
  await expect.poll(fetchedTo).toBeGreaterThan(end)
})

test('with a server that has lost the disk, a device reads what is stored, and says what is wrong', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await openDevice(tab, url)
  site.origin.faults.add(answerStatus(404))
  expect(await readOne(tab, [100, 200])).toBe(await exerciserDigest(size / 512, [100, 200]))
  expect(await readOne(tab, [5 * mebibyte, 5 * mebibyte + 1])).toBe('origin-status')
})

test('the service worker may be stopped before and in the middle of reads', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await openDevice(tab, url)
  await stopWorkers(tab)
  const stored: Range = [1000, 9000]
  const missing: Range = [3 * mebibyte, 3 * mebibyte + 9000]
  expect(await readAll(tab, [stored, missing])).toEqual(await digestsOf([stored, missing]))
  const stalled = site.origin.faults.add(stall(endless), { times: 1 })
  const late: Range = [6 * mebibyte, 6 * mebibyte + 9000]
  const reading = readOne(tab, late)
  await expect.poll(() => stalled.hits).toBe(1)
  await stopWorkers(tab)
  expect(await reading).toBe(await exerciserDigest(size / 512, late))
})

test('chunks whose data is gone or damaged are read through the worker, which mends them', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await withCache(tab, (cache) => cache.disk('/disks/exerciser-8MiB.img').prefetch())
  await deleteChunkData(tab)
  site.origin.reset()
  await openDevice(tab, url)
  const range: Range = [4 * mebibyte + 5, 4 * mebibyte + 5000]
  expect(await readOne(tab, range)).toBe(await exerciserDigest(size / 512, range))
  expect(site.diskRequests(name).length).toBeGreaterThan(0)
  await expect.poll(async () => (await countRecords(tab)).chunks).toBeGreaterThan(0)
})

test('a damaged file is noticed by its checksum before any of it is given out', async ({
  tab,
  visit,
}) => {
  const site = await visit({ attributes: 'data-store="opfs"' })
  await withCache(tab, (cache) => cache.disk('/disks/exerciser-8MiB.img').prefetch())
  expect(await damageChunkFiles(tab)).toBe(8)
  await stopWorkers(tab)
  site.origin.reset()
  await openDevice(tab, url)
  const range: Range = [4 * mebibyte, 4 * mebibyte + 5000]
  expect(await readOne(tab, range)).toBe(await exerciserDigest(size / 512, range))
  expect(site.diskRequests(name)).toContain(`GET bytes=${4 * mebibyte}-${5 * mebibyte - 1}`)
})

test('close() ends the reads under way and all later ones, and may be called twice', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await openDevice(tab, url)
  const stalled = site.origin.faults.add(stall(endless), { times: 1 })
  const reading = readOne(tab, [5 * mebibyte, 5 * mebibyte + 100])
  await expect.poll(() => stalled.hits).toBe(1)
  await tab.evaluate(() => {
    globalThis.testDevice?.close()
    globalThis.testDevice?.close()
  })
  expect(await reading).toBe('aborted')
  expect(await readOne(tab, [0, 1])).toBe('aborted')
})

test('reads that are not all on the disk are refused; nothing is shortened', async ({
  tab,
  visit,
}) => {
  await visit()
  await openDevice(tab, url)
  const refused: Range[] = [
    [size - 1, size + 1],
    [-1, 5],
    [5, 4],
    [0.5, 1],
    [size + 1, size + 1],
  ]
  expect(await readAll(tab, refused)).toEqual(refused.map(() => 'invalid-range'))
  const ends: Range[] = [
    [size - 1, size],
    [size, size],
  ]
  expect(await readAll(tab, ends)).toEqual(await digestsOf(ends))
})

test('what a reader gets is its own: changing it changes no later read', async ({ tab, visit }) => {
  await visit()
  await openDevice(tab, url)
  const seen = await tab.evaluate(async () => {
    const device = globalThis.testDevice
    const first = await device?.read(0, 4096)
    const copy = first?.slice()
    first?.fill(7)
    const again = await device?.read(0, 4096)
    return copy !== undefined && again?.every((byte, at) => byte === copy[at])
  })
  expect(seen).toBe(true)
})

test('a device and a page’s own reads are of one session', async ({ tab, visit }) => {
  const site = await visit()
  await openDevice(tab, url)
  expect((await readRange(tab, url, [0, 512])).digest).toBe(
    await exerciserDigest(size / 512, [0, 512]),
  )
  expect(site.diskRequests(name)).toEqual([`GET bytes=0-${mebibyte - 1}`])
})
