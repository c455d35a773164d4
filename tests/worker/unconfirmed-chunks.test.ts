import { expect, test } from 'vitest'

import { createUnconfirmedChunks } from '../../src/worker/unconfirmed-chunks.ts'
import type { UnconfirmedChunks } from '../../src/worker/unconfirmed-chunks.ts'

let nowMs = 0

function createAt(startMs: number): UnconfirmedChunks {
  nowMs = startMs
  return createUnconfirmedChunks(() => nowMs)
}

test('a chunk is confirmed by what was asked for after it was here', () => {
  const chunks = createAt(10)
  chunks.add([3, 4])
  nowMs = 20
  chunks.add([1])
  chunks.confirm(15)
  expect(chunks.takeAll()).toEqual([1])
})

test('what was asked for before, or in the same tick, confirms nothing', () => {
  const chunks = createAt(10)
  chunks.add([3])
  chunks.confirm(9)
  chunks.confirm(10)
  expect(chunks.takeAll()).toEqual([3])
})

test('a chunk that arrives once more is unconfirmed once more', () => {
  const chunks = createAt(10)
  chunks.add([3])
  nowMs = 20
  chunks.add([3])
  chunks.confirm(15)
  expect(chunks.takeAll()).toEqual([3])
})

test('what was taken is not taken again', () => {
  const chunks = createAt(10)
  chunks.add([7, 2, 5])
  expect(chunks.takeAll()).toEqual([2, 5, 7])
  expect(chunks.takeAll()).toEqual([])
})
