import { expect, test } from 'vitest'

import type { KeptGeneration } from './browser/read-kept.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'

const id = 'g'
const [older, newer] = ['"older"', '"newer"']

/** One generation, of the older version. */
const kept = (...chunks: number[]): KeptGeneration[] => [generation(id, 'active', older, chunks)]

function generation(name: string, state: string, etag: string, chunks: number[]): KeptGeneration {
  return { id: name, state, etag, chunks }
}

function ledgerOf(...generations: KeptGeneration[]): Ledger {
  const ledger = createLedger()
  ledger.look(generations)
  return ledger
}

test('a chunk that was there must stay, if the origin has its version', () => {
  const ledger = createLedger()
  ledger.look(kept(0, 1))
  ledger.stored(id, [2])
  expect(ledger.missing(kept(0, 1, 2), older)).toEqual([])
  expect(ledger.missing(kept(1), older)).toEqual([{ generation: id, chunks: [0, 2] }])
  ledger.evicting([0])
  expect(ledger.missing(kept(1), older)).toEqual([{ generation: id, chunks: [2] }])
})

test('of a version that is gone must stay what a worker has left that has ended, and nothing that the present one stored', () => {
  const ledger = createLedger()
  ledger.look(kept(0, 1))
  ledger.workerEnded()
  // The next worker goes on at once.
  ledger.stored(id, [2])
  ledger.look(kept(0, 1, 2))
  expect(ledger.missing(kept(1, 2), newer)).toEqual([{ generation: id, chunks: [0] }])
  expect(ledger.missing(kept(0, 1), newer)).toEqual([])
  ledger.stored(id, [1])
  expect(ledger.missing(kept(0), newer)).toEqual([])
  ledger.workerEnded()
  ledger.look(kept(0, 1, 2))
  expect(ledger.missing(kept(0), newer)).toEqual([{ generation: id, chunks: [1, 2] }])
})

test('what a worker gave up for torn just before its end is not missing after it', () => {
  const ledger = createLedger()
  ledger.look(kept(0))
  ledger.workerEnded()
  ledger.look(kept(0))
  ledger.stored(id, [1])
  ledger.workerEnded()
  expect(ledger.missing(kept(0), newer)).toEqual([])
  expect(ledger.missing(kept(1), newer)).toEqual([{ generation: id, chunks: [0] }])
  // Nor later.
  ledger.look(kept(0))
  expect(ledger.missing(kept(0), newer)).toEqual([])
})

test('what is evicted on purpose takes nothing else of the check with it', () => {
  const ledger = createLedger()
  ledger.look(kept(0, 1, 2))
  ledger.evicting([2])
  ledger.workerEnded()
  ledger.look(kept(0, 1))
  expect(ledger.missing(kept(0), newer)).toEqual([{ generation: id, chunks: [1] }])
})

test('finds a lost chunk of the version that the origin has, whatever became active', () => {
  const ledger = ledgerOf(generation('a', 'active', newer, [1, 2, 3]))
  const after = [
    generation('a', 'retired', newer, [1, 3]),
    generation('b', 'active', older, [1, 2, 3]),
  ]
  expect(ledger.missing(after, newer)).toEqual([{ generation: 'a', chunks: [2] }])
})

test('finds that the version of the origin is gone, also if more is kept of another', () => {
  const ledger = ledgerOf(generation('a', 'active', newer, [1, 2]))
  const after = [generation('b', 'active', older, [1, 2, 3])]
  expect(ledger.missing(after, newer)).toEqual([{ generation: 'a', chunks: [1, 2] }])
})

test('finds that a chunk is gone that was reported stored of a version since', () => {
  const ledger = ledgerOf()
  ledger.stored('a', [1, 2])
  expect(ledger.missing([generation('a', 'active', newer, [2])], newer)).toEqual([
    { generation: 'a', chunks: [1] },
  ])
})

test('lets a version go that the origin has no more for one of which as much is kept', () => {
  const before = [generation('a', 'active', older, [1, 2]), generation('b', 'waiting', newer, [])]
  const ledger = ledgerOf(...before)
  ledger.workerEnded()
  ledger.look(before)
  expect(ledger.missing([generation('b', 'active', newer, [5, 6])], newer)).toEqual([])
  expect(ledger.missing([generation('b', 'active', newer, [5])], newer)).toEqual([
    { generation: 'a', chunks: [1, 2] },
  ])
})

test('lets a version go that waited, and that the origin has no more', () => {
  const ledger = ledgerOf(
    generation('a', 'active', older, [1]),
    generation('b', 'waiting', '"next"', [1, 2]),
  )
  const after = [generation('a', 'active', older, [1]), generation('c', 'waiting', newer, [])]
  expect(ledger.missing(after, newer)).toEqual([])
})

test('lets what may be torn of an older version go, but nothing that a worker before has left', () => {
  const ledger = ledgerOf(generation('a', 'active', older, [1]))
  ledger.workerEnded()
  ledger.look([generation('a', 'active', older, [1, 2])])
  expect(ledger.missing([generation('a', 'active', older, [])], newer)).toEqual([
    { generation: 'a', chunks: [1] },
  ])
})

test('lets a version go of which more was kept, if that went before for what may be torn', () => {
  const ledger = ledgerOf(generation('a', 'active', older, [1]))
  ledger.workerEnded()
  ledger.look([generation('a', 'active', older, [1, 2, 3])])
  expect(ledger.missing([generation('b', 'active', newer, [5])], newer)).toEqual([])
  expect(ledger.missing([generation('b', 'active', newer, [])], newer)).toEqual([
    { generation: 'a', chunks: [1] },
  ])
})

test('knows nothing of what is being evicted, nor of anything while versions are given up', () => {
  const ledger = ledgerOf(generation('a', 'active', newer, [1, 2]))
  ledger.evicting([2])
  ledger.stored('a', [2])
  expect(ledger.missing([], newer)).toEqual([{ generation: 'a', chunks: [1] }])
  ledger.givingUp()
  expect(ledger.missing([], newer)).toEqual([])
})
