import type { DiskStatus } from '../../src/protocol/reports.ts'
import { expect, test } from '../support/e2e-test.ts'
import { exerciserDigest, readRange } from '../support/read.ts'
import { countRecords } from '../support/storage.ts'

const tebibyte = 2 ** 40
const sectorCount = tebibyte / 512

test('the end of a 1 TiB disk is read right, and keeping it costs what a small disk costs', async ({
  tab,
  visit,
}) => {
  await visit()
  const url = '/disks/exerciser-1TiB.img'
  for (const range of [
    [tebibyte - 4096, tebibyte],
    [tebibyte - 3 * 2 ** 20 - 5, tebibyte - 2 ** 20 + 7],
    [0, 512],
    [2 ** 39 - 1, 2 ** 39 + 1],
  ] as const) {
    const seen = await readRange(tab, url, range)
    expect(seen.status).toBe(206)
    expect(seen.headers['content-range']).toBe(`bytes ${range[0]}-${range[1] - 1}/${tebibyte}`)
    expect(seen.digest).toBe(await exerciserDigest(sectorCount, range))
  }
  const readStatus = (): Promise<DiskStatus> =>
    tab.evaluate(async (path) => (await sectorcache.ready).disk(path).status(), url)
  // The rest of their chunks comes afterwards.
  await expect.poll(async () => (await readStatus()).storedChunks).toBe(7)
  const status = await readStatus()
  expect(status.size).toBe(tebibyte)
  expect(status.coverage).toEqual([
    { start: 0, end: 2 ** 20 },
    { start: 2 ** 39 - 2 ** 20, end: 2 ** 39 + 2 ** 20 },
    { start: tebibyte - 4 * 2 ** 20, end: tebibyte },
  ])
  // Three places of the disk: as many pages as a small disk would have for them, of a million chunks.
  expect(await countRecords(tab)).toMatchObject({ generations: 1, pages: 4, chunks: 7 })
})

test('a plain read past the end of a 1 TiB disk is clamped, and one behind it refused', async ({
  tab,
  visit,
}) => {
  await visit()
  const url = '/disks/exerciser-1TiB.img'
  const clamped = await readRange(tab, url, [tebibyte - 100, tebibyte + 100])
  expect([clamped.status, clamped.length]).toEqual([206, 100])
  const beyond = await readRange(tab, url, [tebibyte, tebibyte + 100])
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${tebibyte}`])
})
