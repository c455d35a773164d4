import { expect, test } from 'vitest'
import { rankGeneration } from '../../src/core/rank-generation.ts'
import type { RankedGeneration } from '../../src/core/rank-generation.ts'

const url = 'https://example.test/a.img'

function rankOf(generation: RankedGeneration, others: readonly RankedGeneration[] = []): number {
  return rankGeneration(generation, { isRead: false, all: [generation, ...others] })
}

test('who is read gives last, before it who is active, and first who no new session gets', () => {
  const [active, waiting] = [{ url, state: 'active' } as const, { url, state: 'waiting' } as const]
  expect(rankGeneration(waiting, { isRead: true, all: [waiting, active] })).toBe(2)
  expect(rankOf(active, [waiting])).toBe(1)
  expect(rankOf(waiting, [active])).toBe(0)
})

test('what boots if the network goes now is spared as the active version is: the retired one with most stored', () => {
  const retired = { url, state: 'retired', storedBytes: 100 } as const
  expect(rankOf(retired, [{ url, state: 'active', storedBytes: 99 }])).toBe(1)
  expect(rankOf(retired, [{ url, state: 'active', storedBytes: 100 }])).toBe(0)
  expect(rankOf(retired, [{ url, state: 'active', storedBytes: 101 }])).toBe(0)
  expect(rankOf(retired, [{ url, state: 'retired', storedBytes: 101 }])).toBe(0)
  // It boots only what was taken into use, and another disk is no match.
  expect(rankOf(retired, [{ url, state: 'waiting', storedBytes: 101 }])).toBe(1)
  expect(rankOf(retired, [{ url: 'b', state: 'active', storedBytes: 101 }])).toBe(1)
})
