import { expect, test } from 'vitest'

import { coldness, firstUse, minuteOf, nextUse } from '../../src/core/chunk-use.ts'

const now = minuteOf(Date.UTC(2026, 10, 20))
const day = 24 * 60

/** A chunk that was stored at `now`, and used again after each of so many minutes. */
function usedAfter(...minutes: number[]): number {
  return minutes.reduce((use, after) => nextUse(use, now + after), firstUse(now))
}

test('uses of one boot are one occasion, and not written again', () => {
  expect(usedAfter(0, 1, 4)).toBe(firstUse(now))
  expect(coldness(usedAfter(6, 12, 18), now + 18)).toBe(coldness(firstUse(now + 18), now + 18))
})

test('a chunk that is wanted again is missed more than one that was used just now, but once', () => {
  const again = usedAfter(day, 2 * day)
  const later = now + 2.5 * day
  expect(coldness(again, later)).toBeLessThan(coldness(firstUse(later), later))
})

test('what nobody wants any more goes in the end, however often it was wanted', () => {
  const often = usedAfter(...Array.from({ length: 30 }, (_, at) => at * day))
  expect(coldness(often, now + 30 * day)).toBeLessThan(coldness(firstUse(now), now + day))
  expect(coldness(often, now + 90 * day)).toBeGreaterThan(coldness(firstUse(now), now + 60))
})

test('of chunks used as often, the one that was used longest ago goes first', () => {
  expect(coldness(firstUse(now), now + 60)).toBeGreaterThan(coldness(firstUse(now + 1), now + 60))
})

test('a chunk of which nothing was noted goes before all others', () => {
  expect(coldness(0, now)).toBeGreaterThan(coldness(firstUse(now - 30 * day), now))
  expect(nextUse(0, now)).toBe(firstUse(now))
})

test('uses fit into 32 bits until the year 2400', () => {
  const far = minuteOf(Date.UTC(2400, 0, 1))
  const use = Array.from({ length: 99 }, (_, at) => far + at * day).reduce(nextUse, firstUse(far))
  expect(new Uint32Array([use])[0]).toBe(use)
})
