import { expect, test } from 'vitest'
import { findingsHeading, performancePage } from './performance-page.ts'
import { printReport } from './print-report.ts'
import { testedRows, rows } from './rows/index.ts'
import type { BenchResult } from './run-bench.ts'
import type { Row } from './row.ts'

const row: Row = {
  name: 'example',
  method: 'How it is done.',
  rounds: 1,
  goals: [],
  measure: async () => ({ rounds: [] }),
}

const goal = {
  title: 'ours against theirs',
  as: 'time',
  limit: { atMost: 0.5 },
  comparisons: [],
} as const

const figure = { label: 'IndexedDB', value: 0.75, spread: [0.5, 1], samples: 3 } as const

const result: BenchResult = {
  date: new Date('2030-01-02T03:04:05Z'),
  machine: { cpu: 'a CPU', cores: 4, memoryGiB: 8, browser: 'a browser', node: '20', load: [1, 2] },
  scale: 'normal',
  results: [
    {
      row: { ...row, goals: [goal] },
      rounds: [],
      doubtful: [],
      notes: ['To be noted.'],
      quantities: [{ name: 'idb', median: 12.345, spread: [1, 2345.6], samples: 3 }],
      goals: [
        {
          goal,
          figures: [
            { ...figure, verdict: 'missed' },
            { ...figure, label: 'OPFS', verdict: 'met' },
          ],
        },
      ],
    },
    {
      row: { ...row, name: 'broken', goals: [{ ...goal, title: 'what broke' }] },
      rounds: [],
      notes: [],
      doubtful: [],
      quantities: [],
      goals: [],
      problem: { kind: 'failed', message: 'it fell over' },
    },
  ],
}

const known = result.results.map((one) => one.row)

test('the page says of every figure whether its goal is met', () => {
  const page = performancePage(result, { earlier: [], last: '', known })
  expect(page).toContain('- Date: 2030-01-02')
  expect(page).toContain(
    '| ours against theirs | ≤ 0.5 | 0.75 IndexedDB | **missed** | 3 | 0.50 – 1.00 |',
  )
  expect(page).toContain('|  |  | 0.75 OPFS | (met) | 3 | 0.50 – 1.00 |')
  expect(page).toContain('| sectorcache on IndexedDB | 12.35 ms | 3 | 1.00 – 2346 |')
  expect(page).toContain('To be noted.')
})

test('what could not be measured, or is kept by tests, is on the page, with the reason', () => {
  const page = performancePage(result, { earlier: [], last: '', known })
  expect(page).toContain('| what broke | ≤ 0.5 | failed: it fell over |')
  for (const { title, reason } of testedRows) {
    expect(page).toContain(title)
    expect(page).toContain(reason)
  }
})

test('figures of earlier runs stand beside those of the last one', () => {
  const page = performancePage(result, { earlier: [result], last: '', known })
  expect(page).toContain('## Runs in a row')
  expect(page).toContain('| ours against theirs | ≤ 0.5 | **0.75** | **0.75** |')
})

test('what was measured in a run of its own has its date, on the page and in the terminal', () => {
  const results = result.results.map((one) => ({ ...one, ownDate: '2030-02-03' }))
  const page = performancePage({ ...result, results }, { earlier: [], last: '', known })
  expect(page).toContain('| 0.75 IndexedDB (2030-02-03) | **missed** |')
  expect(page).toContain('| failed: it fell over (2030-02-03) |')
  expect(page).toContain('measured in a run of its own')
  expect(printReport({ ...result, results }, true)).toContain('0.75 OPFS (2030-02-03)')
})

test('a figure that is not judged is neither met nor missed, on the page and in the terminal', () => {
  const figures = [figure, figure].map((one) => ({ ...one, verdict: 'not judged' as const }))
  const results = result.results.map((one) => ({ ...one, goals: [{ goal, figures }] }))
  const page = performancePage({ ...result, results }, { earlier: [], last: '', known })
  expect(page).toContain('| 0.75 IndexedDB | **not judged** |')
  expect(page).toContain('| 0.75 IndexedDB | (not judged) |')
  const report = printReport({ ...result, results }, true)
  expect(report).toMatch(/0.75 IndexedDB +not judged +3/)
  expect(report).toMatch(/0.75 IndexedDB +\(not judged\) +3/)
})

test('what people have written on the page stays', () => {
  const last = `old figures\n\n${findingsHeading}\n\nA finding.\n`
  const page = performancePage(result, { earlier: [], last, known })
  expect(page).not.toContain('old figures')
  expect(page.endsWith(`${findingsHeading}\n\nA finding.\n`)).toBe(true)
})

test('the terminal shows the same', () => {
  const report = printReport(result, true)
  expect(report).toMatch(/ours against theirs +≤ 0.5 +0.75 IndexedDB +missed +3 {2}0.50 – 1.00/)
  expect(report).toContain('failed: it fell over')
})

test('every row has a name of its own, and goals', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
  for (const { goals } of rows) expect(goals.length).toBeGreaterThan(0)
})
