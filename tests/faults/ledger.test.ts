import { expect, test } from 'vitest'

import type { KeptGeneration } from './browser/read-kept.ts'
import { createLedger } from './ledger.ts'

const id = 'g'
const kept = (...chunks: number[]): KeptGeneration[] => [
  { id, state: 'active', etag: '"one"', chunks },
]

test('a chunk that was there must stay, if the origin has its version', () => {
  const ledger = createLedger()
  ledger.look(kept(0, 1))
  ledger.stored(id, [2])
  expect(ledger.missing(kept(0, 1, 2), '"one"')).toEqual([])
  expect(ledger.missing(kept(1), '"one"')).toEqual([{ generation: id, chunks: [0, 2] }])
  ledger.evicting([0])
  expect(ledger.missing(kept(1), '"one"')).toEqual([{ generation: id, chunks: [2] }])
})

test('of a version that is gone must stay what a worker has left that has ended, and nothing that the present one stored', () => {
  const ledger = createLedger()
  ledger.look(kept(0, 1))
  ledger.workerEnded()
  // The next worker goes on at once.
  ledger.stored(id, [2])
  ledger.look(kept(0, 1, 2))
  expect(ledger.missing(kept(1, 2), '"two"')).toEqual([{ generation: id, chunks: [0] }])
  expect(ledger.missing(kept(0, 1), '"two"')).toEqual([])
  ledger.stored(id, [1])
  expect(ledger.missing(kept(0), '"two"')).toEqual([])
  ledger.workerEnded()
  ledger.look(kept(0, 1, 2))
  expect(ledger.missing(kept(0), '"two"')).toEqual([{ generation: id, chunks: [1, 2] }])
})

test('what a worker gave up for torn just before its end is not missing after it', () => {
  const ledger = createLedger()
  ledger.look(kept(0))
  ledger.workerEnded()
  ledger.look(kept(0))
  ledger.stored(id, [1])
  ledger.workerEnded()
  expect(ledger.missing(kept(0), '"two"')).toEqual([])
  expect(ledger.missing(kept(1), '"two"')).toEqual([{ generation: id, chunks: [0] }])
  // Nor later.
  ledger.look(kept(0))
  expect(ledger.missing(kept(0), '"two"')).toEqual([])
})

test('what is evicted on purpose takes nothing else of the check with it', () => {
  const ledger = createLedger()
  ledger.look(kept(0, 1, 2))
  ledger.evicting([2])
  ledger.workerEnded()
  ledger.look(kept(0, 1))
  expect(ledger.missing(kept(0), '"two"')).toEqual([{ generation: id, chunks: [1] }])
})
