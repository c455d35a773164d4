import { runBench } from '../bench/run-bench.ts'
import { rows } from '../bench/rows/index.ts'
import { expect, test } from '../support/e2e-test.ts'

test('every row of the bench runs and gives figures; what they are is no matter of tests', async () => {
  const { results, machine } = await runBench(
    { only: [], scale: 'smoke' },
    { progress: () => undefined },
  )
  expect(results.map(({ row }) => row.name)).toEqual(rows.map(({ name }) => name))
  expect(machine.browser).toMatch(/^Chromium \d/)
  for (const { row, problem, goals, quantities } of results) {
    expect(problem, row.name).toBeUndefined()
    expect(goals).toHaveLength(row.goals.length)
    const figures = goals.flatMap((goal) => goal.figures)
    expect(figures.length).toBeGreaterThanOrEqual(row.goals.length)
    for (const { label, value, samples } of figures) {
      expect(Number.isFinite(value), `${row.name}, ${label}: ${value}`).toBe(true)
      expect(samples).toBeGreaterThan(0)
    }
    for (const { name, median } of quantities) {
      expect(Number.isFinite(median), `${row.name}, ${name}: ${median}`).toBe(true)
    }
  }
})
