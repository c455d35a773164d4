import { describe, expect, test } from 'vitest'

import type { KeptGeneration } from '../faults/browser/read-kept.ts'
import { createLedger } from '../faults/ledger.ts'
import type { Ledger } from '../faults/ledger.ts'

const [older, newer] = ['"older"', '"newer"']

function kept(id: string, state: string, etag: string, chunks: number[]): KeptGeneration {
  return { id, state, etag, chunks }
}

function ledgerOf(...generations: KeptGeneration[]): Ledger {
  const ledger = createLedger()
  ledger.look(generations)
  return ledger
}

describe('the ledger of the fault suites', () => {
  test('finds a lost chunk of the version that the origin has, whatever became active', () => {
    const ledger = ledgerOf(kept('a', 'active', newer, [1, 2, 3]))
    const after = [kept('a', 'retired', newer, [1, 3]), kept('b', 'active', older, [1, 2, 3])]
    expect(ledger.missing(after, newer)).toEqual([{ generation: 'a', chunks: [2] }])
  })

  test('finds that the version of the origin is gone, also if more is kept of another', () => {
    const ledger = ledgerOf(kept('a', 'active', newer, [1, 2]))
    const after = [kept('b', 'active', older, [1, 2, 3])]
    expect(ledger.missing(after, newer)).toEqual([{ generation: 'a', chunks: [1, 2] }])
  })

  test('finds that a chunk is gone that was reported stored of a version since', () => {
    const ledger = ledgerOf()
    ledger.stored('a', [1, 2])
    expect(ledger.missing([kept('a', 'active', newer, [2])], newer)).toEqual([
      { generation: 'a', chunks: [1] },
    ])
  })

  test('lets a version go that the origin has no more for one of which as much is kept', () => {
    const ledger = ledgerOf(kept('a', 'active', older, [1, 2]), kept('b', 'waiting', newer, []))
    expect(ledger.missing([kept('b', 'active', newer, [5, 6])], newer)).toEqual([])
    expect(ledger.missing([kept('b', 'active', newer, [5])], newer)).toEqual([
      { generation: 'a', chunks: [1, 2] },
    ])
  })

  test('lets a version go that waited, and that the origin has no more', () => {
    const ledger = ledgerOf(kept('a', 'active', older, [1]), kept('b', 'waiting', '"next"', [1, 2]))
    const after = [kept('a', 'active', older, [1]), kept('c', 'waiting', newer, [])]
    expect(ledger.missing(after, newer)).toEqual([])
  })

  test('lets what may be torn of an older version go, but nothing that a worker before has left', () => {
    const ledger = ledgerOf(kept('a', 'active', older, [1]))
    ledger.workerEnded()
    ledger.look([kept('a', 'active', older, [1, 2])])
    expect(ledger.missing([kept('a', 'active', older, [])], newer)).toEqual([
      { generation: 'a', chunks: [1] },
    ])
  })

  test('knows nothing of what is being evicted, nor of anything while versions are given up', () => {
    const ledger = ledgerOf(kept('a', 'active', newer, [1, 2]))
    ledger.evicting([2])
    ledger.stored('a', [2])
    expect(ledger.missing([], newer)).toEqual([{ generation: 'a', chunks: [1] }])
    ledger.givingUp()
    expect(ledger.missing([], newer)).toEqual([])
  })
})
