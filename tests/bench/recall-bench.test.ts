import { expect, test } from 'vitest'
import { printReport } from './print-report.ts'
import { recallBench } from './recall-bench.ts'
import { bundleSizes } from './rows/bundle-sizes.ts'
import { heap } from './rows/heap.ts'
import type { Round } from './row.ts'
import { resultOf } from './run-bench.ts'
import type { BenchResult } from './run-bench.ts'

const run: BenchResult = {
  date: new Date('2030-01-02T03:04:05Z'),
  machine: { cpu: 'a CPU', cores: 4, memoryGiB: 8, browser: 'a browser', node: '20', load: [1, 2] },
  scale: 'normal',
  results: [
    resultOf(bundleSizes, { rounds: [{ 'sectorcache-sw.js': [21], 'sectorcache.js': [7] }] }),
    {
      row: heap,
      rounds: [],
      notes: [],
      quantities: [],
      goals: [],
      problem: { kind: 'failed', message: 'it fell over' },
    },
  ],
}

test('a recorded run is reported as it was when it was measured', () => {
  const recalled = recallBench([JSON.stringify(run)])
  expect(printReport(recalled, true)).toBe(printReport(run, true))
  expect(recalled).toEqual(run)
})

test('a line that an earlier run has not measured yet is left out, and the page says so', () => {
  const growth = { 'idb growth': [40], 'opfs growth': [50], 'idb in use': [20] }
  const earlier = (round: Round): string =>
    JSON.stringify({ ...run, results: [{ row: heap, rounds: [round], notes: [], goals: [] }] })
  const [result] = recallBench([earlier(growth)]).results
  const labels = result?.goals.flatMap(({ figures }) => figures.map(({ label }) => label))
  expect(labels).toEqual(['IndexedDB', 'OPFS', 'IndexedDB, in use'])
  expect(result?.notes).toEqual(['This run had no lines yet for: OPFS, in use.'])
  // Without the line that decides, another one would seem to.
  expect(() => recallBench([earlier({ 'opfs growth': [50] })])).toThrow('idb growth')
})

test('a row that is no more is refused', () => {
  const text = JSON.stringify(run).replace('"name":"sizes"', '"name":"speed"')
  expect(() => recallBench([text])).toThrow('no row speed')
})

test('rows of a later run replace those of the first, and say so', () => {
  const sizes = { 'sectorcache-sw.js': [19], 'sectorcache.js': [7] }
  const later = { ...run, results: [resultOf(bundleSizes, { rounds: [sizes] })] }
  const { results } = recallBench([JSON.stringify(run), JSON.stringify(later)])
  expect(results.map(({ row }) => row.name)).toEqual(['sizes', 'heap'])
  expect(results[0]?.goals[0]?.figures[0]).toMatchObject({ value: 19, isMet: true })
  expect(results[0]?.notes).toEqual([
    'Measured in a run of its own (2030-01-02; load average before and after: 1 and 2).',
  ])
})
