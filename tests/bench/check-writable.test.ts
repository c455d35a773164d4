import { expect, test } from 'vitest'
import { BenchUsageError } from './bench-options.ts'
import { checkWritable, refuseSmoke } from './check-writable.ts'
import { rows } from './rows/index.ts'
import type { BenchResult, RowResult } from './run-bench.ts'

const nothing = { rounds: [], notes: [], doubtful: [], quantities: [], goals: [] }
const results = rows.map((row): RowResult => ({ row, ...nothing }))
const whole: BenchResult = {
  date: new Date('2030-01-02T03:04:05Z'),
  machine: { cpu: 'a CPU', cores: 4, memoryGiB: 8, browser: 'a browser', node: '20', load: [1, 2] },
  scale: 'normal',
  results,
}

test('a run of all rows may stand on the page, even if one of them failed', () => {
  const [first, ...others] = results
  if (first === undefined) throw new Error('there are no rows')
  const failed: RowResult = { ...first, problem: { kind: 'failed', message: 'it fell over' } }
  checkWritable({ ...whole, results: [failed, ...others] }, rows)
})

test('a run that lacks rows may not: it says which, and how to get them', () => {
  const broken = {
    ...whole,
    results: results.filter(({ row }) => !/^(heap|sizes)$/.test(row.name)),
  }
  expect(() => checkWritable(broken, rows)).toThrow(BenchUsageError)
  expect(() => checkWritable(broken, rows)).toThrow('nothing was measured of heap, sizes')
  expect(() => checkWritable(broken, rows)).toThrow(
    'npm run bench -- --only heap --only sizes --json rest.json',
  )
})

test('figures of a smoke run may not, whichever file they are from', () => {
  const smoke = { ...whole, scale: 'smoke' } as const
  expect(() => checkWritable(smoke, rows)).toThrow('no figures of --smoke')
  expect(() => refuseSmoke([whole, smoke])).toThrow(BenchUsageError)
  refuseSmoke([whole])
})
