import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  defaultRetryPolicy,
  isRetryableStatus,
  nextRetryDelayMs,
  parseRetryAfterMs,
} from '../../src/core/retry-policy.ts'

const policy = { attempts: 5, baseDelayMs: 100, maxDelayMs: 500 }
const nowMs = Date.parse('2026-01-02T03:04:05Z')

test.each([
  [1, 50],
  [2, 100],
  [3, 200],
  [4, 250],
  [5, undefined],
  [6, undefined],
])('after %i failures waits half of what it may: %s ms', (attempt, delayMs) => {
  expect(nextRetryDelayMs(policy, { attempt, random: 0.5 })).toBe(delayMs)
})

test('waits at least as long as Retry-After says, and never longer than the policy allows', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const retryAfter = fc.integer({ min: 0, max: 1000 })
  const attempts = fc.integer({ min: 1, max: 6 })
  fc.assert(
    fc.property(random, retryAfter, attempts, (chance, retryAfterMs, attempt) => {
      const delayMs = nextRetryDelayMs(policy, { attempt, random: chance, retryAfterMs })
      const isGivenUp = attempt >= policy.attempts || retryAfterMs > policy.maxDelayMs
      expect(delayMs === undefined).toBe(isGivenUp)
      if (delayMs === undefined) return
      expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs)
      expect(delayMs).toBeLessThanOrEqual(policy.maxDelayMs)
    }),
  )
})

test('waits for about three seconds in all, by default, before it gives up', () => {
  let [totalMs, attempts] = [0, 0]
  for (let delayMs: number | undefined = 0; delayMs !== undefined;) {
    totalMs += delayMs
    delayMs = nextRetryDelayMs(defaultRetryPolicy, { attempt: ++attempts, random: 1 })
  }
  expect([attempts, totalMs]).toEqual([4, 250 + 500 + 1000])
})

test('repeats what may pass by itself', () => {
  const statuses = [400, 401, 403, 404, 408, 409, 410, 416, 425, 429, 500, 501, 502, 503, 504, 599]
  expect(statuses.filter(isRetryableStatus)).toEqual([408, 425, 429, 500, 501, 502, 503, 504, 599])
})

test.each([
  [null, 0],
  ['', 0],
  ['0', 0],
  ['120', 120_000],
  [' 2 ', 2_000],
  ['soon', 0],
  ['-5', 0],
  ['1.5', 0],
  ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
  ['Friday, 02-Jan-26 03:04:15 GMT', 10_000],
  ['Fri, 02 Jan 2026 03:04:05 GMT', 0],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
])('reads Retry-After %j', (value, delayMs) => {
  expect(parseRetryAfterMs(value, nowMs)).toBe(delayMs)
})
