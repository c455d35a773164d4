import { expect, test } from 'vitest'
import { coverageLevels } from '../../src/panel/coverage-levels.ts'
import { coveragePath } from '../../src/panel/coverage-path.ts'

test('marks columns by how much of them is stored', () => {
  const coverage = [
    { start: 0, end: 100 },
    { start: 110, end: 120 },
    { start: 250, end: 300 },
    { start: 310, end: 400 },
  ]
  expect(coverageLevels(coverage, 500, 5)).toEqual([4, 1, 2, 3, 0])
})

test('shows a single stored byte of a large disk', () => {
  const levels = coverageLevels([{ start: 2 ** 40 - 1, end: 2 ** 40 }], 2 ** 40, 480)
  expect(levels.at(-1)).toBe(1)
  expect(levels.filter((level) => level > 0)).toHaveLength(1)
})

test('a complete disk is one rectangle, whatever its size divides into', () => {
  const levels = coverageLevels([{ start: 0, end: 1_234_567 }], 1_234_567, 480)
  expect(coveragePath(levels, 4)).toBe('M0 0h480v1h-480z')
  expect(coveragePath(levels, 3)).toBe('')
})

test('joins neighbouring columns of one level', () => {
  expect(coveragePath([4, 4, 0, 1, 4], 4)).toBe('M0 0h2v1h-2zM4 0h1v1h-1z')
})

test('an empty disk has no levels above 0', () => {
  expect(coverageLevels([], 0, 3)).toEqual([0, 0, 0])
})

test('fifty thousand runs still make a path of at most one rectangle a column', () => {
  const coverage = Array.from({ length: 50_000 }, (_, i) => ({ start: 2 * i, end: 2 * i + 1 }))
  const levels = coverageLevels(coverage, 100_000, 480)
  const rectangles = [1, 2, 3, 4].flatMap((level) =>
    coveragePath(levels, level as 1 | 2 | 3 | 4)
      .split('M')
      .slice(1),
  )
  expect(rectangles.length).toBeLessThanOrEqual(480)
})
