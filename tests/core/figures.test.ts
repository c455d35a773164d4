import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  latencyPercentile,
  mergeLatencies,
  recordLatency,
} from '../../src/core/latency-histogram.ts'
import type { LatencyHistogram } from '../../src/core/latency-histogram.ts'
import { createRateMeter } from '../../src/core/rate-meter.ts'
import { countRead, createCounters, mergeCounters } from '../../src/core/read-counters.ts'
import type { CountedRead, ReadCounters } from '../../src/core/read-counters.ts'

/** A bucket is a fourth root of two wide; a little more for rounding. */
const precision = 2 ** 0.25 * 1.000001

const duration = fc.double({ min: 0.1, max: 1_000_000, noNaN: true })
const read: fc.Arbitrary<CountedRead> = fc.record({
  outcome: fc.constantFrom('hit', 'partial', 'miss', 'bypass', 'error'),
  cacheBytes: fc.nat(),
  originBytes: fc.nat(),
  durationMs: duration,
})

function histogramOf(durations: readonly number[]): LatencyHistogram {
  const histogram: LatencyHistogram = []
  for (const one of durations) recordLatency(histogram, one)
  return histogram
}

function countersOf(reads: readonly CountedRead[]): ReadCounters {
  const counters = createCounters()
  for (const one of reads) countRead(counters, one)
  return counters
}

test('percentiles are those of the sorted durations, to the precision of a bucket', () => {
  const fraction = fc.double({ min: 0.01, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1 }), fraction, (durations, part) => {
      const sorted = durations.toSorted((a, b) => a - b)
      const exact = sorted.find((_, at) => at + 1 >= part * sorted.length) ?? 0
      const found = latencyPercentile(histogramOf(durations), part) ?? 0
      expect(found).toBeGreaterThanOrEqual(exact / 1.000001)
      expect(found).toBeLessThanOrEqual(exact * precision)
    }),
    { numRuns: 500 },
  )
})

test('no percentile is known of nothing', () => {
  expect(latencyPercentile([], 0.5)).toBe(undefined)
})

test('durations out of bounds are counted at the bounds', () => {
  const histogram = histogramOf([0, 1e-9, 1e12, Infinity])
  expect(latencyPercentile(histogram, 0.5)).toBe(0.1)
  expect(latencyPercentile(histogram, 1)).toBeGreaterThan(1_000_000)
  expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(4)
})

test('merged durations are those that were recorded together', () => {
  fc.assert(
    fc.property(fc.array(duration), fc.array(duration), (first, second) => {
      const merged = histogramOf(first)
      mergeLatencies(merged, histogramOf(second))
      expect(merged).toEqual(histogramOf([...first, ...second]))
    }),
  )
})

test('merged counters are those that were counted together', () => {
  fc.assert(
    fc.property(fc.array(read), fc.array(read), fc.nat(), fc.nat(), (first, second, a, b) => {
      const merged = { ...countersOf(first), originRequests: a, fetchedBytes: b }
      mergeCounters(merged, { ...countersOf(second), originRequests: b, fetchedBytes: a })
      const both = countersOf([...first, ...second])
      expect(merged).toEqual({ ...both, originRequests: a + b, fetchedBytes: a + b })
    }),
  )
})

test('counts every read once, by its outcome', () => {
  fc.assert(
    fc.property(fc.array(read), (reads) => {
      const counters = countersOf(reads)
      for (const [outcome, count] of Object.entries(counters.requests)) {
        expect(count).toBe(reads.filter((one) => one.outcome === outcome).length)
      }
      expect(counters.cacheBytes).toBe(reads.reduce((sum, one) => sum + one.cacheBytes, 0))
      expect(counters.originBytes).toBe(reads.reduce((sum, one) => sum + one.originBytes, 0))
      expect(counters.latency.reduce((sum, count) => sum + count, 0)).toBe(reads.length)
    }),
  )
})

test('counters survive the way between threads', () => {
  const counters = countersOf([{ outcome: 'hit', cacheBytes: 1, originBytes: 2, durationMs: 3 }])
  expect(structuredClone(counters)).toEqual(counters)
})

test('knows no rate before there are two measurements at different times', () => {
  const meter = createRateMeter()
  expect(meter.perSecond()).toBe(0)
  meter.record(100, 1000)
  meter.record(200, 1000)
  expect(meter.perSecond()).toBe(0)
})

test('measures a steady rate', () => {
  const meter = createRateMeter(5000)
  for (let at = 0; at <= 20; at++) meter.record(at * 500, at * 250)
  expect(meter.perSecond()).toBe(2000)
})

test('forgets a rate that is over', () => {
  const meter = createRateMeter(1000)
  meter.record(0, 0)
  meter.record(1_000_000, 100)
  for (let nowMs = 1100; nowMs <= 2200; nowMs += 100) meter.record(1_000_000 + nowMs, nowMs)
  expect(meter.perSecond()).toBeCloseTo(1000)
})

test('looks back to the last measurement, however long ago', () => {
  const meter = createRateMeter(1000)
  meter.record(0, 0)
  meter.record(100, 60_000)
  expect(meter.perSecond()).toBeCloseTo(100 / 60)
})
