import { expect, test } from 'vitest'
import { interleave, orderOf } from './interleave.ts'

const contenders = ['a', 'b', 'c']
const orders = Array.from({ length: 6 }, (_, round) => orderOf(contenders, round))

test('each round has every contender once, and begins with another one than the round before', () => {
  for (const order of orders) expect(order.toSorted()).toEqual(contenders)
  expect(orders.map(([first]) => first).join('')).toBe('abcabc')
})

test('who follows whom changes from round to round', () => {
  expect(orders.map((order) => order.join(''))).toEqual(['abc', 'bac', 'cab', 'acb', 'bca', 'cba'])
})

test('one contender is measured in every round', () => {
  expect([0, 1, 2].map((round) => orderOf(['a'], round))).toEqual([['a'], ['a'], ['a']])
})

test('contenders are measured in the order of their round', async () => {
  const seen: string[] = []
  const rounds = await interleave(2, contenders, async (contender, round) => {
    seen.push(`${contender}${round}`)
    return [round]
  })
  expect(seen).toEqual(['a0', 'b0', 'c0', 'b1', 'a1', 'c1'])
  expect(rounds[1]).toEqual({ a: [1], b: [1], c: [1] })
})
