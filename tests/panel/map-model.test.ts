import { expect, test } from 'vitest'
import { createBitmap, setBit } from '../../src/core/bitmap.ts'
import { chunkFacts } from '../../src/panel/chunk-facts.ts'
import { DiskActivity } from '../../src/panel/disk-activity.ts'
import { chunkStateOf, columnShares, mapModelOf } from '../../src/panel/map-model.ts'
import type { MapModel } from '../../src/panel/map-model.ts'
import type { DiskStatus } from '../../src/protocol/reports.ts'

const grid = { sizeBytes: 4096, chunkSize: 512 }

const disk: DiskStatus = {
  url: 'https://example.org/a.img',
  size: grid.sizeBytes,
  chunkSize: grid.chunkSize,
  storedBytes: 1024,
  storedChunks: 2,
  pinnedBytes: 512,
  pins: [{ start: 600, end: 601 }],
  coverage: [{ start: 512, end: 1536 }],
  complete: false,
  generations: [],
  tags: [],
}

function modelOf(activity = new DiskActivity(grid)): MapModel {
  const zero = createBitmap(1024)
  setBit(zero, 2)
  const checksums = new Uint8Array(8192).fill(0xab, 8, 16)
  const page = { first: 0, stored: createBitmap(1024), zero, checksums }
  const version = { id: 'v', state: 'active', size: 4096, chunkSize: 512, isRead: true } as const
  const chunks = { url: disk.url, generations: [{ ...version, pages: [page] }] }
  return mapModelOf(disk, activity, chunks)
}

test('chunks are what the status, the catalog and the events say', () => {
  const activity = new DiskActivity(grid)
  activity.fetching([{ start: 2048, end: 3000 }], performance.now())
  activity.damaged.add(6).add(1)
  activity.read({ start: 0, end: 513 })
  const model = modelOf(activity)
  const kinds = Array.from({ length: 8 }, (_, index) => chunkStateOf(model, index).kind)
  expect(kinds).toEqual([
    'missing',
    'stored',
    'zero',
    'missing',
    'arriving',
    'arriving',
    'damaged',
    'missing',
  ])
  expect(chunkStateOf(model, 1)).toMatchObject({ isPinned: true, heat: 1 })
  expect(chunkStateOf(model, 2)).toMatchObject({ isPinned: false, heat: 0 })
})

test('what has arrived is neither arriving nor damaged any more, also when it is evicted later', () => {
  const activity = new DiskActivity(grid)
  activity.fetching([{ start: 0, end: 512 }], 0)
  activity.damaged.add(0)
  activity.stored([{ start: 0, end: 512 }])
  expect([activity.arriving(0).size, activity.damaged.size]).toEqual([0, 0])
})

test('what does not come is not called arriving for ever', () => {
  const activity = new DiskActivity(grid)
  activity.fetching([{ start: 0, end: 512 }], 0)
  expect(activity.arriving(1000).size).toBe(1)
  expect(activity.arriving(100_000).size).toBe(0)
})

test('a chunk is described in words', () => {
  const facts = Object.fromEntries(chunkFacts(modelOf(), 1, Date.now()))
  expect(facts).toMatchObject({ State: 'stored, pinned', 'SHA-256': 'abababababababab…' })
  expect(Object.fromEntries(chunkFacts(modelOf(), 7, Date.now()))['SHA-256']).toBe('–')
})

test('a column of the bar is as full as its part of the disk', () => {
  expect([...columnShares([{ first: 1, end: 4 }], 8, 4)]).toEqual([0.5, 1, 0, 0])
  expect([...columnShares([{ first: 0, end: 100_000 }], 100_000, 3)]).toEqual([
    expect.closeTo(1),
    expect.closeTo(1),
    expect.closeTo(1),
  ])
})

test('a bar has no more columns for a disk of a million chunks', () => {
  const shares = columnShares([{ first: 999_999, end: 1_000_000 }], 1_000_000, 500)
  expect(shares).toHaveLength(500)
  expect(shares[499]).toBeCloseTo(1 / 2000)
})
