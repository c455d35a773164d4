import { expect, test } from 'vitest'

import { bytesOfRuns, isInRuns, runsTouching } from '../../src/core/chunk-runs.ts'

const grid = { sizeBytes: 10 * 512 + 100, chunkSize: 512 }

test('finds the chunks that hold any byte, joined and ascending', () => {
  const ranges = [
    { start: 4000, end: 4001 },
    { start: 511, end: 513 },
    { start: 1024, end: 1025 },
  ]
  expect(runsTouching(grid, ranges)).toEqual([
    { first: 0, end: 3 },
    { first: 7, end: 8 },
  ])
})

test('clamps what lies beyond the end', () => {
  const whole = [{ start: 0, end: Number.MAX_SAFE_INTEGER }]
  expect(runsTouching(grid, whole)).toEqual([{ first: 0, end: 11 }])
  expect(bytesOfRuns(grid, runsTouching(grid, whole))).toBe(grid.sizeBytes)
  expect(runsTouching(grid, [{ start: 6000, end: 7000 }])).toEqual([])
})

test('tells for every chunk whether it is in one of many runs', () => {
  const runs = Array.from({ length: 50 }, (_, at) => ({ first: at * 10 + 3, end: at * 10 + 6 }))
  for (let index = 0; index < 510; index++) {
    const expected = index < 500 && index % 10 >= 3 && index % 10 < 6
    expect(isInRuns(runs, index)).toBe(expected)
  }
  expect(isInRuns([], 0)).toBe(false)
})
