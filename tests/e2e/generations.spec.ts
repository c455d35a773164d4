import { resetConnection } from '../../src/demo/server/faults.ts'
import { mebibyte } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { heardOf, listenTo, openChangingDisk, statesOf } from '../support/generations.ts'
import type { ChangingDisk } from '../support/generations.ts'
import { stopWorkers } from '../support/profile.ts'
import { versionBytes } from '../support/two-versions.ts'

let disk: ChangingDisk
let open: (attributes?: string) => Promise<void>

test.beforeEach(({ visit }) => {
  open = async (attributes = '') => {
    disk = await openChangingDisk((disks) => visit({ attributes }, { extraDisks: disks }))
  }
})

test('update says that the origin has the same version, and what of it is missing', async ({
  tab,
}) => {
  await open()
  await disk.storeChunk(tab, 0)
  expect(await disk.update(tab)).toMatchObject({
    found: 'same',
    state: 'active',
    etag: disk.versions.old.etag,
    size: versionBytes,
    bytesToFetch: versionBytes - mebibyte,
    bytesTakenOver: 0,
  })
  expect(await disk.activate(tab)).toBe('no-such-disk')
})

test('update finds a version that waits until it is activated; the session that reads the old one keeps it', async ({
  tab,
}) => {
  await open()
  await disk.storeAll(tab)
  await disk.read(tab, 0)
  await listenTo(tab)
  disk.replace()
  expect(await disk.update(tab)).toMatchObject({
    found: 'new',
    state: 'waiting',
    etag: disk.versions.next.etag,
    bytesToFetch: versionBytes,
  })
  const before = await disk.beginAnother(tab)
  expect(await disk.read(before, 1)).toBe('old')
  expect(await disk.activate(tab)).toBe('done')
  expect(await statesOf(tab, disk.url)).toEqual(['retired', 'active'])
  expect(await disk.read(await disk.beginAnother(tab), 1)).toBe('new')
  await stopWorkers(tab)
  expect([await disk.read(tab, 1), await disk.read(before, 2)]).toEqual(['old', 'old'])
  await heardOf(tab, [
    ['waiting', disk.versions.next.etag],
    ['retired', disk.versions.old.etag],
    ['active', disk.versions.next.etag],
  ])
})

test('what is retired is given up when nobody reads it, and its successor is stored', async ({
  tab,
}) => {
  await open()
  await disk.storeAll(tab)
  await disk.read(tab, 0)
  disk.replace()
  await disk.update(tab)
  expect(await disk.activate(tab)).toBe('done')
  await disk.storeAll(tab)
  expect(await statesOf(tab, disk.url)).toEqual(['retired', 'active'])
  await listenTo(tab)
  await disk.begin(tab)
  await listenTo(tab)
  expect(await disk.read(tab, 0)).toBe('new')
  await heardOf(tab, [['gone', disk.versions.old.etag]])
  expect(await statesOf(tab, disk.url)).toEqual(['active'])
})

test('a waiting version that is wholly stored takes over when the old one has no reader left', async ({
  tab,
}) => {
  await open()
  await disk.storeAll(tab)
  await disk.read(tab, 0)
  disk.replace()
  await disk.update(tab)
  // What is prefetched is what the origin has.
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).prefetch(), disk.url)
  expect(await disk.read(tab, 7)).toBe('old')
  const down = disk.site.origin.faults.add(resetConnection())
  await disk.begin(tab)
  expect(await disk.read(tab, 7)).toBe('new')
  expect(down.hits).toBe(0)
})

test('with on-change=switch update takes the new version into use at once', async ({ tab }) => {
  await open('data-on-change="switch"')
  await disk.storeChunk(tab, 0)
  disk.replace()
  expect(await disk.update(tab)).toMatchObject({ found: 'new', state: 'active' })
  expect(await disk.read(tab, 0)).toBe('new')
})

test('any version can be invalidated while it is read: then its bytes come from the origin, or not at all', async ({
  tab,
}) => {
  await open()
  await disk.storeAll(tab)
  await disk.read(tab, 0)
  const invalidate = (etag = ''): Promise<{ generations: number }> =>
    tab.evaluate(
      async ([path, tag]) => (await sectorcache.ready).disk(path).invalidate({ etag: tag }),
      [disk.url, etag] as const,
    )
  const reading = [0, 1, 2, 3].map((chunk) => disk.read(tab, chunk))
  expect(await invalidate(disk.versions.old.etag)).toMatchObject({ generations: 1 })
  expect(new Set(await Promise.all(reading))).toEqual(new Set(['old']))
  expect(await disk.read(tab, 4)).toBe('old')
  await disk.storeAll(tab)
  disk.replace()
  await disk.update(tab)
  expect(await invalidate(disk.versions.next.etag)).toMatchObject({ generations: 1 })
  expect(await statesOf(tab, disk.url)).toEqual(['active'])
  await disk.update(tab)
  expect(await disk.activate(tab)).toBe('done')
  expect(await invalidate(disk.versions.old.etag)).toMatchObject({ generations: 1 })
  expect(await disk.read(tab, 0)).toBe('503 disk-changed')
  expect(await invalidate('"another"')).toMatchObject({ generations: 0 })
})
