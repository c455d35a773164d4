import { expect, test } from 'vitest'
import type { Goal, Row } from './row.ts'
import { resultOf } from './run-bench.ts'
import type { BenchResult, RowResult } from './run-bench.ts'
import { runsInARow } from './runs-in-a-row.ts'

const goal: Goal = {
  title: 'speed',
  as: 'time',
  limit: { atMost: 0.5 },
  comparisons: [{ label: 'IndexedDB', of: 'ours', against: 'theirs' }],
}

const row: Row = {
  name: 'speed',
  method: 'How it is done.',
  rounds: 1,
  goals: [goal],
  measure: async () => ({ rounds: [] }),
}

function measured(value: number, doubtful: readonly string[] = []): RowResult {
  return resultOf(row, { rounds: [{ ours: [value], theirs: [1] }], doubtful })
}

const failed: RowResult = {
  ...measured(1),
  goals: [],
  problem: { kind: 'failed', message: 'it fell over' },
}

function run(...results: readonly RowResult[]): BenchResult {
  const machine = { cpu: 'a CPU', cores: 4, memoryGiB: 8, browser: 'a browser', node: '20' }
  const date = new Date('2030-01-02T03:04:05Z')
  return { date, machine: { ...machine, load: [1, 2] }, scale: 'normal', results }
}

/** The last line of the table. */
function lineOf(...runs: readonly BenchResult[]): string | undefined {
  return runsInARow(runs, [row]).split('\n').at(-1)
}

test('each run has a column, with its date and load, and a figure that misses its goal is bold', () => {
  const text = runsInARow([run(measured(0.25)), run(measured(0.75))], [row])
  expect(text).toContain(
    '| row | goal | 2030-01-02 03:04 (load 1, 2) | 2030-01-02 03:04 (load 1, 2) |\n',
  )
  expect(text).toContain('| speed | ≤ 0.5 | 0.25 | **0.75** |')
})

test('a row that failed says so, in whichever run it was', () => {
  expect(lineOf(run(failed), run(measured(0.25)))).toBe('| speed | ≤ 0.5 | **failed** | 0.25 |')
  expect(lineOf(run(measured(0.25)), run(failed))).toBe('| speed | ≤ 0.5 | 0.25 | **failed** |')
})

test('a row that a run has not measured says so, and so does one for which something was missing', () => {
  const missing: RowResult = { ...failed, problem: { kind: 'missing', message: 'no guest' } }
  expect(lineOf(run(missing), run())).toBe('| speed | ≤ 0.5 | not measured | not measured |')
})

test('what was measured in a run of its own has its date', () => {
  const own = (result: RowResult): BenchResult => run({ ...result, ownDate: '2030-02-03' })
  expect(lineOf(own(measured(0.75)), own(failed))).toBe(
    '| speed | ≤ 0.5 | **0.75** (2030-02-03) | **failed** (2030-02-03) |',
  )
})

test('from three runs on there is a median, bold if it misses the goal', () => {
  const [good, bad] = [run(measured(0.25)), run(measured(0.75))]
  expect(lineOf(good, bad)).toBe('| speed | ≤ 0.5 | 0.25 | **0.75** |')
  expect(lineOf(good, bad, good)).toBe('| speed | ≤ 0.5 | 0.25 | **0.75** | 0.25 | 0.25 |')
  expect(lineOf(good, bad, bad)).toContain('| **0.75** | **0.75** | **0.75** |')
  expect(runsInARow([good, bad, good], [row])).toContain('(load 1, 2) | median |')
})

test('the median tells of how many runs it is, if it is not of all', () => {
  const doubted = run(measured(0.1, ['theirs']))
  const [good, bad] = [run(measured(0.25)), run(measured(0.75))]
  expect(lineOf(good, doubted, bad)).toBe(
    '| speed | ≤ 0.5 | 0.25 | not judged | **0.75** | 0.50 (of 2) |',
  )
  expect(lineOf(doubted, run(failed), run())).toMatch(/ – \|$/)
})
