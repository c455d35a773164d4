import { expect, test } from 'vitest'

import { countRead, createCounters } from '../../src/core/read-counters.ts'
import { assertRanges } from '../../src/worker/request-errors.ts'
import { summarizeCounters } from '../../src/worker/summarize-counters.ts'

test('knows no rates and no latency before anything was read', () => {
  expect(summarizeCounters(createCounters())).toEqual({
    requests: { hit: 0, partial: 0, miss: 0, bypass: 0, error: 0 },
    bytes: { fromCache: 0, fromOrigin: 0, fetched: 0 },
    originRequests: 0,
    readahead: { fetched: 0, unused: 0 },
    hitRate: { requests: 0, bytes: 0 },
    latency: {},
  })
})

test('counts as hits only what came wholly from the store', () => {
  const counters = createCounters()
  const outcomes = ['hit', 'hit', 'partial', 'miss', 'error'] as const
  for (const outcome of outcomes) {
    countRead(counters, { outcome, cacheBytes: 60, originBytes: 20, durationMs: 2 })
  }
  counters.originRequests = 3
  counters.fetchedBytes = 4096
  const stats = summarizeCounters(counters)
  expect(stats).toMatchObject({
    bytes: { fromCache: 300, fromOrigin: 100, fetched: 4096 },
    originRequests: 3,
    hitRate: { requests: 0.4, bytes: 0.75 },
  })
  expect(stats.latency.p50Ms).toBe(stats.latency.p95Ms)
})

test.each([
  [undefined],
  [[]],
  [[{ start: 0, end: 1 }]],
  [[{ start: 0, end: Number.MAX_SAFE_INTEGER }]],
])('takes the ranges %j', (ranges) => {
  expect(() => assertRanges(ranges)).not.toThrow()
})

test.each([
  [-1, 1],
  [0, 0],
  [5, 4],
  [0.5, 1],
  [0, 1.5],
  [0, Infinity],
  [NaN, 1],
  [0, Number.MAX_SAFE_INTEGER + 1],
])('refuses the range from %d to %d', (start, end) => {
  const ranges = [
    { start: 0, end: 1 },
    { start, end },
  ]
  expect(() => assertRanges(ranges)).toThrow(
    expect.objectContaining({ code: 'invalid-range', details: { range: { start, end } } }),
  )
})
