import { archiveEntries } from '../../src/core/archive-format.ts'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import {
  exportFrom,
  giveArchive,
  importInto,
  prefetch,
  takeArchive,
  wipe,
} from '../support/archives.ts'
import { disk, expectWholeDiskRight, mebibyte, storedBytes } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { diskOfPieces, makePiece } from '../support/manifest.ts'
import type { Site } from '../support/site.ts'

for (const store of ['idb', 'opfs']) {
  test(`a disk is exported, wiped, imported, and read without its origin (${store})`, async ({
    tab,
    visit,
  }) => {
    const site = await visit({ attributes: `data-store="${store}"` })
    await prefetch(tab)
    const { names } = await exportFrom(tab)
    expect([names.at(0), names.length, names.at(-1)]).toEqual([
      archiveEntries.head,
      disk.sizeBytes / mebibyte + 2,
      archiveEntries.end,
    ])
    await wipe(tab)
    await site.close()
    expect(await importInto(tab)).toMatchObject({
      state: 'active',
      size: disk.sizeBytes,
      importedBytes: disk.sizeBytes,
      presentBytes: 0,
      missingBytes: 0,
    })
    await expectWholeDiskRight(tab)
  })
}

test('a part of a disk is exported and imported as that part, and the rest is fetched', async ({
  tab,
  visit,
}) => {
  const site = await visit()
  await prefetch(tab, [{ start: 2 * mebibyte, end: 5 * mebibyte }])
  expect((await exportFrom(tab)).names).toHaveLength(3 + 2)
  await wipe(tab)
  expect(await importInto(tab)).toMatchObject({
    importedBytes: 3 * mebibyte,
    missingBytes: 5 * mebibyte,
  })
  site.origin.reset()
  await expectWholeDiskRight(tab)
  expect(site.diskRequests(disk.name).filter((it) => /bytes=(2|3|4)\d{6}-/.test(it))).toEqual([])
})

test('what is stored already is not stored again', async ({ tab, visit }) => {
  await visit()
  await prefetch(tab)
  await exportFrom(tab)
  await tab.evaluate(
    async ({ path, end }) =>
      (await sectorcache.ready).disk(path).evict({ ranges: [{ start: 0, end }] }),
    { path: disk.url, end: 3 * mebibyte },
  )
  expect(await importInto(tab)).toMatchObject({
    importedBytes: 3 * mebibyte,
    presentBytes: 5 * mebibyte,
  })
  await expectWholeDiskRight(tab)
})

for (const [from, to] of [
  ['1MiB', '256KiB'],
  ['256KiB', '1MiB'],
] as const) {
  test(`an archive of chunks of ${from} goes into chunks of ${to}`, async ({ tab, visit }) => {
    await visit({ attributes: `data-chunk-size="${from}"` })
    await prefetch(tab, [{ start: 0, end: 2 * mebibyte + 1 }])
    await exportFrom(tab)
    const moved = await takeArchive(tab)
    await visit({ attributes: `data-chunk-size="${to}"` })
    // From now on it is known here, with chunks of the other size.
    await prefetch(tab, [{ start: 7 * mebibyte, end: 8 * mebibyte }])
    await giveArchive(tab, moved)
    const report = await importInto(tab, { fromAnyUrl: true })
    const left = from === '256KiB' ? 256 * 1024 : 0
    const imported = from === '256KiB' ? 2 * mebibyte : 3 * mebibyte
    expect(report).toMatchObject({ importedBytes: imported, leftOutBytes: left })
    expect(await storedBytes(tab)).toBe(imported + mebibyte)
    await expectWholeDiskRight(tab)
  })
}

test('an import makes room as a prefetch does, and says so when everything else is to stay', async ({
  tab,
  visit,
}) => {
  await visit({ attributes: 'data-budget="9MiB"' })
  await prefetch(tab)
  await exportFrom(tab)
  await wipe(tab)
  const other = disk.url.replace('8MiB', '64MiB')
  // What both disks have takes no room twice.
  const part = [{ start: 16 * mebibyte, end: 20 * mebibyte }]
  await prefetch(tab, part, other)
  expect(await importInto(tab)).toMatchObject({ missingBytes: 0 })
  expect(await storedBytes(tab, other)).toBe(mebibyte)

  await wipe(tab)
  await tab.evaluate(
    async ({ path, ranges }) => (await sectorcache.ready).disk(path).pin({ ranges }),
    { path: other, ranges: part },
  )
  await prefetch(tab, part, other)
  const refused = await importInto(tab)
  expect(refused).toMatchObject({ code: 'quota-exceeded' })
  expect(refused['message']).toContain('Unpin or evict')
  expect(await storedBytes(tab)).toBe(Number(refused['importedBytes']))
  expect(await storedBytes(tab, other)).toBe(4 * mebibyte)
})

test('an altered archive is refused with what is wrong, and what came before stays', async ({
  tab,
  visit,
}) => {
  await visit()
  await prefetch(tab)
  const { size } = await exportFrom(tab)
  await wipe(tab)
  const refused = await importInto(tab, { flipAt: size - 2 * mebibyte })
  expect(refused).toMatchObject({ code: 'integrity-failed', chunks: [6] })
  expect(refused['message']).toContain('chunk 6 has another SHA-256')
  expect(await storedBytes(tab)).toBe(Number(refused['importedBytes']))
  await expectWholeDiskRight(tab)
})

test('a truncated archive is refused, and what came before stays', async ({ tab, visit }) => {
  await visit()
  await prefetch(tab)
  const { size } = await exportFrom(tab)
  await wipe(tab)
  const refused = await importInto(tab, { length: size - 3 * mebibyte })
  expect(refused).toMatchObject({ code: 'integrity-failed' })
  expect(refused['message']).toContain('cut short')
  expect(Number(refused['importedBytes'])).toBeGreaterThan(0)
  expect(await storedBytes(tab)).toBe(Number(refused['importedBytes']))
  await expectWholeDiskRight(tab)
})

test('an archive of another disk is refused, unless the caller knows better', async ({
  tab,
  visit,
}) => {
  await visit()
  await prefetch(tab)
  await exportFrom(tab)
  const other = disk.url.replace('exerciser', 'copy')
  const refused = await importInto(tab, {}, other)
  expect(refused).toMatchObject({ code: 'integrity-failed' })
  expect(refused['message']).toContain('fromAnyUrl')
  expect(await importInto(tab, { fromAnyUrl: true }, other)).toMatchObject({ missingBytes: 0 })
  expect(await storedBytes(tab, other)).toBe(disk.sizeBytes)
})

test('beside another version an archive waits, and activate() takes it into use', async ({
  tab,
  visit,
}) => {
  const [a, b] = [makePiece(1), makePiece(2)]
  const disks = new Map<string, DiskSource>([['disk.img', diskOfPieces('"old"', [a, undefined])]])
  const site: Site = await visit({}, { extraDisks: disks })
  const url = '/disks/disk.img'
  await prefetch(tab, [{ start: 0, end: 2 * mebibyte }], url)
  await exportFrom(tab, url)
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).invalidate(), url)
  disks.set('disk.img', diskOfPieces('"new"', [b, undefined]))
  await prefetch(tab, [{ start: 0, end: mebibyte }], url)
  site.origin.reset()
  // The chunk that is all zero has no entry, and comes back all the same.
  expect(await importInto(tab, {}, url)).toMatchObject({
    state: 'waiting',
    etag: '"old"',
    missingBytes: 0,
  })
  const states = await tab.evaluate(async (path) => {
    const one = (await sectorcache.ready).disk(path)
    await one.activate()
    return (await one.status()).generations.map(({ etag, state }) => `${etag} ${state}`)
  }, url)
  expect(states).toContain('"old" active')
})

test('of a disk of which nothing is stored there is nothing to export', async ({ tab, visit }) => {
  await visit()
  const code = await tab.evaluate(async (path) => {
    const reader = (await sectorcache.ready).disk(path).export().getReader()
    return reader.read().then(
      () => 'no error',
      (error: { code?: string }) => error.code,
    )
  }, disk.url)
  expect(code).toBe('no-such-disk')
})
