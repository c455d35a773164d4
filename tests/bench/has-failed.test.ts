import { expect, test } from 'vitest'
import { hasFailed } from './has-failed.ts'
import { bundleSizes } from './rows/bundle-sizes.ts'
import { resultOf } from './run-bench.ts'
import type { RowResult } from './run-bench.ts'

const goal = {
  title: 'ours against theirs',
  as: 'time',
  limit: { atMost: 0.5 },
  comparisons: [
    { label: 'IndexedDB', of: 'ours', against: 'theirs' },
    { label: 'another line', of: 'ours', against: 'others' },
  ],
} as const

function measured(doubtful: readonly string[]): RowResult {
  const rounds = [{ ours: [1], theirs: [1], others: [1] }]
  return resultOf({ ...bundleSizes, goals: [goal] }, { rounds, doubtful })
}

test('a row that failed is a failure; one for which something is missing, or a goal that is missed, is none', () => {
  const problem = { kind: 'failed', message: 'it fell over' } as const
  expect(hasFailed([measured([]), { ...measured([]), problem }])).toBe(true)
  expect(hasFailed([{ ...measured([]), problem: { ...problem, kind: 'missing' } }])).toBe(false)
  expect(hasFailed([measured([])])).toBe(false)
})

test('a goal about which nothing can be said is a failure, and any other line is not', () => {
  expect(hasFailed([measured(['theirs'])])).toBe(true)
  expect(hasFailed([measured(['others'])])).toBe(false)
})
