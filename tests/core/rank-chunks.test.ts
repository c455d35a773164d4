import { expect, test } from 'vitest'
import { createBitmap, setBit } from '../../src/core/bitmap.ts'
import { firstUse } from '../../src/core/chunk-use.ts'
import type { DiskChunks, GenerationChunks } from '../../src/core/disk-chunks.ts'
import { rankChunks } from '../../src/core/rank-chunks.ts'
import type { RankedChunk, RankTerms } from '../../src/core/rank-chunks.ts'

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

const ranks: Readonly<Record<string, number>> = { old: 0, idle: 1, read: 2 }

function rank(disks: readonly DiskChunks[], terms: Partial<RankTerms> = {}): RankedChunk[] {
  const rankOf = (id: string): number => ranks[id] ?? 1
  return rankChunks(disks, { pinsOf: () => [], rankOf, minute, usersOf: () => undefined, ...terms })
}

function order(disks: readonly DiskChunks[], terms?: Partial<RankTerms>): string[] {
  return rank(disks, terms).map(({ url, index }) => `${url}${index}`)
}

test('what was wanted longest ago goes first', () => {
  expect(order([{ url: 'a', generations: [versionOf([5, 500, 50])] }])).toEqual(['a1', 'a2', 'a0'])
})

test('versions of a lower rank go first, however warm they are', () => {
  const disks = [
    { url: 'read', generations: [versionOf([9000], { id: 'read' })] },
    { url: 'idle', generations: [versionOf([5], { id: 'idle' })] },
    { url: 'old', generations: [versionOf([1], { id: 'old' })] },
  ]
  expect(order(disks)).toEqual(['old0', 'idle0', 'read0'])
})

test('pinned chunks are last, and say so; a short last chunk counts as it is', () => {
  const disks = [{ url: 'a', generations: [versionOf([9000, 1])] }]
  const pinsOf = () => [{ start: 0, end: 1 }]
  expect(rank(disks, { pinsOf })).toEqual([
    expect.objectContaining({ index: 1, bytes: 412, isPinned: false }),
    expect.objectContaining({ index: 0, bytes: 512, isPinned: true }),
  ])
})

test('what is all zero takes no room', () => {
  const version = versionOf([1, 2])
  version.pages.forEach(({ zero }) => setBit(zero, 1))
  expect(order([{ url: 'a', generations: [version] }])).toEqual(['a0'])
})

/** Chunks of the same index have the same data, of these versions. */
function sharedBy(...ids: readonly string[]): RankTerms['usersOf'] {
  const data = new Map<number, object>()
  return ([id, index]) => {
    if (!ids.includes(id)) return undefined
    if (!data.has(index)) data.set(index, {})
    return data.get(index)
  }
}

test('data goes when the last of the chunks that have it would go, with all of them, and counts once', () => {
  const disks = [
    { url: 'old', generations: [versionOf([9000, 9000], { id: 'old' })] },
    { url: 'idle', generations: [versionOf([8000, 3], { id: 'idle' })] },
    { url: 'own', generations: [versionOf([7000, 2], { id: 'own' })] },
  ]
  const ranked = rank(disks, { usersOf: sharedBy('old', 'idle') })
  expect(ranked.map(({ url, index, bytes }) => [url, index, bytes])).toEqual([
    ['old', 0, 0],
    ['idle', 0, 512],
    ['own', 0, 512],
    ['old', 1, 0],
    ['idle', 1, 412],
    ['own', 1, 412],
  ])
})

test('what a pinned chunk has in common with others stays, and so do they', () => {
  const disks = [
    { url: 'old', generations: [versionOf([9000, 9000], { id: 'old' })] },
    { url: 'idle', generations: [versionOf([1, 1], { id: 'idle' })] },
  ]
  const pinsOf = (url: string) => (url === 'idle' ? [{ start: 0, end: 1 }] : [])
  const ranked = rank(disks, { pinsOf, usersOf: sharedBy('old', 'idle') })
  expect(ranked.map(({ url, index, isPinned }) => [url, index, isPinned])).toEqual([
    ['old', 1, false],
    ['idle', 1, false],
    ['old', 0, true],
    ['idle', 0, true],
  ])
})
