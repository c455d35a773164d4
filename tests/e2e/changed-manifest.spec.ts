import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { mebibyte } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { diskOfPieces, fileOf, makePiece, manifestOf } from '../support/manifest.ts'
import { readRange } from '../support/read.ts'

const url = '/disks/disk.img'
const [a, b, c] = [1, 2, 3].map(makePiece)
const old = diskOfPieces('"old"', [a, b])
const next = diskOfPieces('"next"', [b, c])
const last = diskOfPieces('"last"', [a, a])

test('a manifest of the version after the one that was found is not taken for that one', async ({
  tab,
  visit,
}) => {
  const disks = new Map<string, DiskSource>([['disk.img', old]])
  await visit(
    {},
    {
      extraDisks: disks,
      handlers: [
        (request, _, pass) => {
          // It is published anew just when the manifest is asked for.
          if (request.url?.includes('manifest') === true) disks.set('disk.img', last)
          pass()
        },
      ],
    },
  )
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).prefetch(), url)
  disks.set('disk.img', next)
  disks.set('disk.img.manifest.json', fileOf(await manifestOf(last)))
  const report = await tab.evaluate(
    async (path) => (await sectorcache.ready).disk(path).update(),
    url,
  )
  expect(report).toMatchObject({ etag: '"last"', bytesTakenOver: 2 * mebibyte, bytesToFetch: 0 })
  await tab.evaluate(async (path) => (await sectorcache.ready).disk(path).activate(), url)
  await tab.reload()
  await tab.evaluate(() => sectorcache.ready)
  for (const [chunk, { sha256 }] of (await manifestOf(last)).chunks.entries()) {
    const seen = await readRange(tab, url, [chunk * mebibyte, (chunk + 1) * mebibyte])
    expect([seen.status, seen.digest]).toEqual([206, sha256])
  }
})
