import type { Page } from '@playwright/test'
import { archiveEntries } from '../../src/core/archive-format.ts'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { disk, expectWholeDiskRight, mebibyte, storedBytes } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { diskOfPieces, makePiece } from '../support/manifest.ts'
import type { Site } from '../support/site.ts'

const whole = [{ start: 0, end: disk.sizeBytes }]

function prefetch(tab: Page, ranges = whole, url: string = disk.url): Promise<unknown> {
  return tab.evaluate(
    async ({ path, wanted }) => (await sectorcache.ready).disk(path).prefetch({ ranges: wanted }),
    { path: url, wanted: ranges },
  )
}

/** Keeps the archive in the page, where `importInto` finds it. @returns its length, and the names of its entries. */
function exportFrom(tab: Page, url: string = disk.url): Promise<{ size: number; names: string[] }> {
  return tab.evaluate(async (path) => {
    const archive = await new Response((await sectorcache.ready).disk(path).export()).blob()
    Object.assign(globalThis, { archive })
    const bytes = new Uint8Array(await archive.arrayBuffer())
    const names: string[] = []
    const text = (at: number, length: number): string =>
      new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/\0.*$/, '')
    for (let at = 0; bytes[at] !== 0;) {
      names.push(text(at, 100))
      at += 512 + Math.ceil(Number.parseInt(text(at + 124, 12), 8) / 512) * 512
    }
    return { size: archive.size, names }
  }, url)
}

interface Change {
  /** Only so many bytes of the archive. */
  readonly length?: number
  /** One bit of this byte is flipped. */
  readonly flipAt?: number
  readonly fromAnyUrl?: boolean
}

/** @returns the report, or code and message of the error. */
function importInto(
  tab: Page,
  { length, flipAt, fromAnyUrl = false }: Change = {},
  url: string = disk.url,
): Promise<Record<string, unknown>> {
  return tab.evaluate(
    async ({ path, end, flip, any }) => {
      const { archive } = globalThis as unknown as { archive: Blob }
      const bytes = new Uint8Array(await archive.slice(0, end).arrayBuffer())
      if (flip !== undefined) bytes[flip] = (bytes[flip] ?? 0) ^ 1
      const target = (await sectorcache.ready).disk(path)
      return target.import(new Blob([bytes]).stream(), { fromAnyUrl: any }).then(
        (report) => ({ ...report }),
        ({ code, message, details }: Error & { code?: string; details?: object }) => ({
          code,
          message,
          ...details,
        }),
      )
    },
    { path: url, end: length, flip: flipAt, any: fromAnyUrl },
  )
}

/** The archive as base64, to be carried to another site. */
function takeArchive(tab: Page): Promise<string> {
  return tab.evaluate(async () => {
    const { archive } = globalThis as unknown as { archive: Blob }
    const reader = new FileReader()
    const read = new Promise((resolve) => reader.addEventListener('load', resolve))
    reader.readAsDataURL(archive)
    await read
    return String(reader.result)
  })
}

async function giveArchive(tab: Page, dataUrl: string): Promise<void> {
  await tab.evaluate(async (url) => {
    Object.assign(globalThis, { archive: await (await fetch(url)).blob() })
  }, dataUrl)
}

/** As if it were another browser, but for the archive that the page holds. */
async function wipe(tab: Page): Promise<void> {
  await tab.evaluate(async () => (await sectorcache.ready).clear())
}

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
