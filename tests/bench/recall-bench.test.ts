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
    {
      row: heap,
      rounds: [],
      notes: [],
      doubtful: [],
      quantities: [],
      goals: [],
      problem: { kind: 'failed', message: 'it fell over' },
    },
    resultOf(bundleSizes, { rounds: [{ 'sectorcache-sw.js': [21], 'sectorcache.js': [7] }] }),
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

const laterSizes = resultOf(bundleSizes, {
  rounds: [{ 'sectorcache-sw.js': [19], 'sectorcache.js': [7] }],
})
const later = { ...run, date: new Date('2030-02-03T04:05:06Z'), results: [laterSizes] }

test('rows of a later run replace those of the first, and say so', () => {
  const { date, results } = recallBench([JSON.stringify(run), JSON.stringify(later)])
  expect(date).toEqual(run.date)
  expect(results.map(({ row }) => row.name)).toEqual(['heap', 'sizes'])
  expect(results.map(({ ownDate }) => ownDate)).toEqual([undefined, '2030-02-03'])
  const [, sizes] = results
  expect(sizes?.goals[0]?.figures[0]).toMatchObject({ value: 19, verdict: 'met' })
  expect(sizes?.notes).toEqual([
    'Measured in a run of its own (2030-02-03; load average before and after: 1 and 2).',
  ])
})

test('a row that the first run lacks is added, and keeps its date when it is recorded again', () => {
  const broken = { ...run, results: run.results.slice(0, 1) }
  const mended = recallBench([JSON.stringify(broken), JSON.stringify(later)])
  expect(mended.results.map(({ row }) => row.name)).toEqual(['heap', 'sizes'])
  expect(recallBench([JSON.stringify(mended)])).toEqual(mended)
  expect(mended.results[1]?.ownDate).toBe('2030-02-03')
})

test('what was not judged is not judged when it is recalled', () => {
  const rounds = [{ 'sectorcache-sw.js': [19], 'sectorcache.js': [7] }]
  const doubted = resultOf(bundleSizes, { rounds, doubtful: ['sectorcache.js'] })
  const [result] = recallBench([JSON.stringify({ ...run, results: [doubted] })]).results
  const verdicts = result?.goals.map(({ figures: [first] }) => first?.verdict)
  expect(verdicts).toEqual(['met', 'not judged'])
})

test('figures of a smoke run are not mixed with others', () => {
  const smoke = JSON.stringify({ ...later, scale: 'smoke' })
  expect(() => recallBench([JSON.stringify(run), smoke])).toThrow('--smoke')
  expect(() => recallBench([smoke, JSON.stringify(run)])).toThrow('--smoke')
  expect(recallBench([smoke, smoke]).scale).toBe('smoke')
})
