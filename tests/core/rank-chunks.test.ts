import { expect, test } from 'vitest'
import { createBitmap, setBit } from '../../src/core/bitmap.ts'
import { firstUse } from '../../src/core/chunk-use.ts'
import type { DiskChunks, GenerationChunks } from '../../src/core/disk-chunks.ts'
import { rankChunks } from '../../src/core/rank-chunks.ts'
import type { RankTerms } from '../../src/core/rank-chunks.ts'

const minute = 1_000_000

/** A version whose chunks were used so many minutes ago. */
function versionOf(
  ages: readonly number[],
  fields: Partial<GenerationChunks> = {},
): GenerationChunks {
  const stored = createBitmap(1024)
  const uses = new Uint32Array(1024)
  ages.forEach((age, index) => {
    setBit(stored, index)
    uses[index] = firstUse(minute - age)
  })
  const zero = createBitmap(1024)
  const page = { first: 0, stored, zero, checksums: new Uint8Array(8192), uses }
  const size = 512 * ages.length - 100
  return { id: 'v', state: 'active', size, chunkSize: 512, isRead: false, pages: [page], ...fields }
}

const nothingShared = { isShared: () => false, release: () => true }

function order(disks: readonly DiskChunks[], shared: RankTerms['shared'] = nothingShared) {
  const ranked = rankChunks(disks, { pinsOf: () => [], minute, shared })
  return ranked.map(({ url, index }) => `${url}${index}`)
}

test('what was wanted longest ago goes first', () => {
  expect(order([{ url: 'a', generations: [versionOf([5, 500, 50])] }])).toEqual(['a1', 'a2', 'a0'])
})

test('what no new session reads goes before what nobody reads now, and that before what is read', () => {
  const disks = [
    { url: 'read', generations: [versionOf([9000], { isRead: true })] },
    { url: 'idle', generations: [versionOf([5])] },
    { url: 'old', generations: [versionOf([1], { state: 'retired' })] },
  ]
  expect(order(disks)).toEqual(['old0', 'idle0', 'read0'])
})

test('pinned chunks are last, and say so; a short last chunk counts as it is', () => {
  const disks = [{ url: 'a', generations: [versionOf([9000, 1])] }]
  const pinsOf = () => [{ start: 0, end: 1 }]
  expect(rankChunks(disks, { pinsOf, minute, shared: nothingShared })).toEqual([
    expect.objectContaining({ index: 1, bytes: 412, isPinned: false }),
    expect.objectContaining({ index: 0, bytes: 512, isPinned: true }),
  ])
})

test('what is all zero takes no room', () => {
  const version = versionOf([1, 2])
  version.pages.forEach(({ zero }) => setBit(zero, 1))
  expect(order([{ url: 'a', generations: [version] }])).toEqual(['a0'])
})

test('what shares its data goes after all that does not, and frees nothing until the last of it goes', () => {
  let users = 2
  const shared = {
    isShared: ([, index]: [string, number]) => index === 0,
    release: ([, index]: [string, number]) => index !== 0 || --users === 0,
  }
  const disks = [
    { url: 'old', generations: [versionOf([9000, 2], { id: 'o', state: 'retired' })] },
    { url: 'new', generations: [versionOf([9000, 2], { id: 'n' })] },
  ]
  const ranked = rankChunks(disks, { pinsOf: () => [], minute, shared })
  expect(ranked.map(({ url, index, bytes }) => [url, index, bytes])).toEqual([
    ['old', 1, 412],
    ['new', 1, 412],
    ['old', 0, 0],
    ['new', 0, 512],
  ])
})
