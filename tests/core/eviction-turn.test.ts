import { expect, test } from 'vitest'

import { firstUse } from '../../src/core/chunk-use.ts'
import { compareTurns, findTurn } from '../../src/core/eviction-turn.ts'
import type { DataClaim } from '../../src/core/eviction-turn.ts'

const minute = 1_000_000

/** What a chunk of rank 1 says that was used so many minutes ago. */
function claim(age: number, change: Partial<DataClaim> = {}): DataClaim {
  return { rank: 1, use: firstUse(minute - age), isKept: false, ...change }
}

/** The names of some data in the order in which it goes. */
function order(data: Readonly<Record<string, readonly DataClaim[]>>): string[] {
  return Object.entries(data)
    .map(([name, claims]) => ({ name, turn: findTurn(claims, minute) }))
    .sort((a, b) => compareTurns(a.turn, b.turn))
    .map(({ name }) => name)
}

test('rank counts most, then whether it was given out just now, then how cold it is', () => {
  const data = {
    justNow: [claim(9000, { readAgoMs: 3 })],
    before: [claim(9000, { readAgoMs: 9000 })],
    warm: [claim(1)],
    cold: [claim(9000)],
    lower: [claim(1, { rank: 0, readAgoMs: 1 })],
  }
  expect(order(data)).toEqual(['lower', 'cold', 'warm', 'before', 'justNow'])
})

test('of data that was given out at the same moment, the colder goes first', () => {
  const data = { warm: [claim(1, { readAgoMs: 5 })], cold: [claim(9000, { readAgoMs: 5 })] }
  expect(order(data)).toEqual(['cold', 'warm'])
})

test('data goes when the last chunk would go that has it, and stays with one that stays', () => {
  const data = {
    kept: [claim(9000), claim(9000, { rank: 0, isKept: true })],
    high: [claim(1, { rank: 500 })],
    shared: [claim(9000), claim(50)],
    alone: [claim(60)],
  }
  expect(order(data)).toEqual(['alone', 'shared', 'high', 'kept'])
  expect(findTurn(data.kept, minute).isKept).toBe(true)
})
