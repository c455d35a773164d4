import { expect, test } from 'vitest'
import type { Goal } from './row.ts'
import { figuresOf, median, summarize } from './statistics.ts'

const rounds = [
  { ours: [9, 2, 1], theirs: [4] },
  { ours: [3, 3], theirs: [2] },
  { ours: [1], theirs: [10] },
]

const goal: Goal = {
  title: 'ours against theirs',
  as: 'time',
  limit: { atMost: 0.5 },
  comparisons: [{ label: 'ours', of: 'ours', against: 'theirs' }],
}

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([9, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(() => median([])).toThrow('no median of nothing')
})

test('a figure is the median over the rounds of the ratio of medians', () => {
  expect(figuresOf(goal, rounds)).toEqual([
    { label: 'ours', value: 0.5, spread: [0.1, 1.5], samples: 6, verdict: 'met' },
  ])
})

test('throughput is the inverse of time, and must not be below its goal', () => {
  const throughput: Goal = { ...goal, as: 'throughput', limit: { atLeast: 2.1 } }
  expect(figuresOf(throughput, rounds)).toMatchObject([{ value: 2, verdict: 'missed' }])
})

test('a value is compared with nothing', () => {
  const value: Goal = { ...goal, as: 'value', comparisons: [{ label: 'ours', of: 'ours' }] }
  expect(figuresOf(value, rounds)).toMatchObject([{ value: 2, verdict: 'missed' }])
})

test('a quantity that was not measured has no figure', () => {
  expect(() => figuresOf(goal, [{ ours: [1] }])).toThrow('Nothing was measured of theirs')
})

test('what took no time on a clock with steps has no figure, and none of infinity', () => {
  const throughput: Goal = { ...goal, as: 'throughput', limit: { atLeast: 10 } }
  expect(() => figuresOf(throughput, [{ ours: [0], theirs: [4] }])).toThrow('cannot be compared')
  expect(() => figuresOf(goal, [{ ours: [4], theirs: [0] }])).toThrow('ours and theirs')
})

test('nothing is judged by a quantity that is doubtful, and all else is', () => {
  const goals = {
    ...goal,
    comparisons: [
      ...goal.comparisons,
      { label: 'the other way round', of: 'theirs', against: 'ours' },
      { label: 'alone', of: 'ours' },
    ],
  }
  const verdicts = figuresOf(goals, rounds, ['theirs']).map(({ verdict }) => verdict)
  expect(verdicts).toEqual(['not judged', 'not judged', 'missed'])
})

test('quantities are summed up over the rounds', () => {
  expect(summarize(rounds)).toEqual([
    { name: 'ours', median: 2, spread: [1, 3], samples: 6 },
    { name: 'theirs', median: 4, spread: [2, 10], samples: 3 },
  ])
})
