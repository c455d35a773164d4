import { expect, test } from 'vitest'

import { createReadaheadLedger } from '../../src/core/readahead-ledger.ts'

test('a chunk that was fetched ahead is used when somebody wants it, once', () => {
  const ledger = createReadaheadLedger()
  ledger.noteAhead(3, 1000)
  ledger.noteAhead(4, 500)
  ledger.noteDemand(3)
  ledger.noteDemand(3)
  ledger.noteDemand(7)
  expect(ledger.totals).toEqual({ aheadBytes: 1500, usedBytes: 1000 })
})

test('a chunk counts once, however often it is noted before it is wanted', () => {
  const ledger = createReadaheadLedger()
  ledger.noteAhead(3, 1000)
  ledger.noteAhead(3, 1000)
  expect(ledger.totals.aheadBytes).toBe(1000)
  ledger.noteDemand(3)
  ledger.noteAhead(3, 1000)
  expect(ledger.totals).toEqual({ aheadBytes: 2000, usedBytes: 1000 })
})

test('beyond its limit the ledger forgets the oldest chunk, which stays unused', () => {
  const ledger = createReadaheadLedger(2)
  for (const index of [1, 2, 3]) ledger.noteAhead(index, 10)
  for (const index of [1, 2, 3]) ledger.noteDemand(index)
  expect(ledger.totals).toEqual({ aheadBytes: 30, usedBytes: 20 })
})
