import { withHeaders } from '../../src/demo/server/answer-plan.ts'
import { resetConnection } from '../../src/demo/server/faults.ts'
import { mebibyte, storedBytes } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { openChangingDisk } from '../support/generations.ts'
import type { ChangingDisk } from '../support/generations.ts'

let disk: ChangingDisk
let open: (attributes?: string) => Promise<void>

test.beforeEach(({ visit }) => {
  open = async (attributes = '') => {
    disk = await openChangingDisk((disks) => visit({ attributes }, { extraDisks: disks }))
  }
})

test('a session begins without a request when everything is stored, whatever the origin has', async ({
  tab,
}) => {
  await open()
  await disk.storeAll(tab)
  disk.replace()
  const before = disk.site.origin.requests.length
  await disk.begin(tab)
  for (const chunk of [0, 3, 7]) expect(await disk.read(tab, chunk)).toBe('old')
  expect(disk.site.origin.requests.length).toBe(before)
})

test('a session begins without a request when the origin has called the version immutable', async ({
  tab,
}) => {
  await open()
  const immutable = { 'Cache-Control': 'public, max-age=31536000, immutable' }
  disk.site.origin.faults.add((plan) => withHeaders(plan, immutable))
  await disk.storeChunk(tab, 0)
  const before = disk.site.origin.requests.length
  await disk.begin(tab)
  expect(await disk.read(tab, 0)).toBe('old')
  expect(disk.site.origin.requests.length).toBe(before)
})

test('else its first read asks for one byte, once', async ({ tab }) => {
  await open()
  await disk.storeChunk(tab, 0)
  disk.site.origin.reset()
  await disk.begin(tab)
  for (const chunk of [0, 0]) expect(await disk.read(tab, chunk)).toBe('old')
  expect(disk.site.diskRequests('disk.img')).toEqual(['GET bytes=0-0'])
  disk.site.origin.reset()
  await disk.begin(tab)
  expect(await disk.read(tab, 1)).toBe('old')
  expect(disk.site.diskRequests('disk.img')).toEqual([
    'GET bytes=0-0',
    `GET bytes=${mebibyte}-${2 * mebibyte - 1}`,
  ])
})

test('a session does not begin on a version whose missing part is gone, though others still read it', async ({
  tab,
}) => {
  await open()
  await disk.storeChunk(tab, 0)
  disk.replace()
  const other = await disk.beginAnother(tab)
  expect(await disk.read(other, 0)).toBe('new')
  expect(await disk.read(other, 5)).toBe('new')
  expect(await disk.read(tab, 0)).toBe('old')
})

test('a session begins on what is stored when the origin says nothing in time', async ({ tab }) => {
  await open()
  await disk.storeChunk(tab, 0)
  disk.replace()
  disk.site.origin.reset()
  disk.site.origin.shape.latencyMs = 600_000
  await disk.begin(tab)
  expect(await disk.read(tab, 0)).toBe('old')
  expect(disk.site.diskRequests('disk.img')).toEqual(['GET bytes=0-0'])
})

test('the old version boots offline until as much of the new one is stored', async ({ tab }) => {
  await open()
  await disk.storeAll(tab)
  await tab.evaluate(async (path) => {
    await (await sectorcache.ready).disk(path).evict({ ranges: [{ start: 0, end: 5e6 }] })
  }, disk.url)
  disk.replace()
  await disk.begin(tab)
  expect(await disk.read(tab, 0)).toBe('new')
  await expect.poll(() => storedBytes(tab, disk.url)).toBe(mebibyte)
  const down = disk.site.origin.faults.add(resetConnection())
  await disk.begin(tab)
  expect(await disk.read(tab, 7)).toBe('old')
  expect(await disk.read(tab, 0)).toBe('503 origin-unreachable')
  down.remove()
  const other = await disk.beginAnother(tab)
  await expect.poll(() => disk.read(other, 7)).not.toBe('broken')
})

test('a session begins without a request when all that boots read is stored; whoever reads more gets the newer version next time', async ({
  tab,
}) => {
  await open()
  await disk.storeChunk(tab, 0)
  await tab.evaluate(async (path) => {
    const { recordBoot } = (await sectorcache.ready).disk(path)
    Object.assign(globalThis, { recorder: recordBoot() })
  }, disk.url)
  await disk.read(tab, 0)
  await tab.evaluate(() =>
    (globalThis as unknown as { recorder: { stop(): Promise<unknown> } }).recorder.stop(),
  )
  disk.replace()
  const before = disk.site.origin.requests.length
  await disk.begin(tab)
  expect(await disk.read(tab, 0)).toBe('old')
  expect(disk.site.origin.requests.length).toBe(before)
  expect(await disk.read(tab, 3)).toContain('disk-changed')
  await disk.begin(tab)
  expect(await disk.read(tab, 3)).toBe('new')
})
