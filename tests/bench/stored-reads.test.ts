import { expect, test } from 'vitest'
import type { Contender } from './contenders.ts'
import { judgeOrigins } from './stored-reads.ts'
import type { AskedLane } from './stored-reads.ts'

function asked(contender: Contender, requests: number): AskedLane {
  return { contender, site: { origin: { counters: { requests } } } }
}

test('an HTTP cache that asked the origin is doubtful, and there is a note of it', () => {
  const { notes, doubtful } = judgeOrigins([asked('none', 3), asked('whole', 0), asked('idb', 0)])
  expect(doubtful).toEqual(['none'])
  expect(notes).toEqual([expect.stringContaining('(none) asked the origin 3 times')])
})

test('where nobody asked the origin nothing is doubtful', () => {
  expect(judgeOrigins([asked('none', 0), asked('opfs', 0)])).toEqual({ notes: [], doubtful: [] })
})

test('a worker that asked the origin fails the row', () => {
  expect(() => judgeOrigins([asked('none', 0), asked('opfs', 1)])).toThrow('opfs: 1 requests')
})
