import type { Page } from '@playwright/test'

import { mebibyte } from '../support/bad-origin.ts'
import { expect, test } from '../support/e2e-test.ts'
import { diskOfPieces, fileOf, makePiece, manifestOf } from '../support/manifest.ts'

const [url, other] = ['/disks/disk.img', '/disks/other.img']
const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map(makePiece)
const old = diskOfPieces('"old"', [a, b, c, d, undefined, c])
const next = diskOfPieces('"next"', [a, c, b, undefined, e, e])

function prefetch(tab: Page, path: string): Promise<unknown> {
  return tab.evaluate(async (disk) => (await sectorcache.ready).disk(disk).prefetch(), path)
}

test('what is taken over takes no room: with just enough for what is fetched, nothing goes for it', async ({
  tab,
  visit,
}) => {
  const disks = new Map([
    ['disk.img', old],
    ['other.img', diskOfPieces('"other"', [f])],
  ])
  await visit({ attributes: 'data-budget="7MiB"' }, { extraDisks: disks })
  await prefetch(tab, url)
  await prefetch(tab, other)
  disks.set('disk.img', next)
  disks.set('disk.img.manifest.json', fileOf(await manifestOf(next)))
  await tab.evaluate(async (disk) => (await sectorcache.ready).disk(disk).update(), url)
  await prefetch(tab, url)
  const seen = await tab.evaluate(async () => {
    const cache = await sectorcache.ready
    const generations = (await cache.disks()).flatMap((disk) => disk.generations)
    const { disks: taken } = await cache.storage()
    return {
      stored: Object.fromEntries(generations.map(({ etag, storedBytes }) => [etag, storedBytes])),
      bytes: taken.map(({ bytes }) => bytes).sort(),
    }
  })
  expect(seen).toEqual({
    stored: { '"old"': old.size, '"next"': next.size, '"other"': mebibyte },
    bytes: [mebibyte, 5 * mebibyte],
  })
})
