import fc from 'fast-check'
import { expect, test } from 'vitest'

import { intersectRanges, joinAscending } from '../../src/core/byte-range.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'
import { cutRange, planRequests } from '../../src/core/plan-requests.ts'
import type { RequestReach } from '../../src/core/plan-requests.ts'

const kib = 1024
const mib = 1024 * kib
const reach = { runBytes: 100 * kib, isForeseen: true, maxBytes: 4 * mib }
const chunk = { start: 0, end: mib }

test('a reader in a stream gets the chunk from what is needed to its end', () => {
  const needed = { start: 768 * kib, end: 772 * kib }
  expect(planRequests(needed, [chunk], reach)).toEqual([{ start: 768 * kib, end: mib }])
})

test('a reader in a stream does not wait for other requests of a chunk that is longer than one', () => {
  const long = { start: 0, end: 64 * mib }
  const needed = { start: 5 * mib, end: 5 * mib + 512 }
  expect(planRequests(needed, [long], reach)).toEqual([{ start: 5 * mib, end: 8 * mib }])
})

test('a request begins at a page', () => {
  const needed = { start: 768 * kib + 100, end: 768 * kib + 200 }
  expect(planRequests(needed, [chunk], reach)[0]?.start).toBe(768 * kib)
})

test('a short head or tail comes along', () => {
  const needed = { start: 16 * kib, end: 20 * kib }
  expect(planRequests(needed, [chunk], reach)).toEqual([chunk])
  const jumping = { ...reach, isForeseen: false, runBytes: 16 * kib }
  expect(planRequests(needed, [{ start: 0, end: 36 * kib }], jumping)).toEqual([
    { start: 0, end: 36 * kib },
  ])
})

test('a reader who jumps about gets no more than a run', () => {
  const jumping = { ...reach, isForeseen: false, runBytes: 64 * kib }
  const needed = { start: 512 * kib, end: 516 * kib }
  expect(planRequests(needed, [chunk], jumping)).toEqual([{ start: 512 * kib, end: 576 * kib }])
  const long = { start: 512 * kib, end: 712 * kib }
  expect(planRequests(long, [chunk], jumping)).toEqual([{ start: 512 * kib, end: 712 * kib }])
  expect(planRequests(needed, [chunk], { ...jumping, runBytes: 0 })).toEqual([needed])
})

test('what is here or under way is not asked for', () => {
  const free = [
    { start: 0, end: 100 * kib },
    { start: 200 * kib, end: 300 * kib },
  ]
  expect(planRequests({ start: 90 * kib, end: 250 * kib }, free, reach)).toEqual([
    { start: 88 * kib, end: 100 * kib },
    { start: 200 * kib, end: 300 * kib },
  ])
  expect(planRequests({ start: 120 * kib, end: 150 * kib }, free, reach)).toEqual([])
})

test('long requests are cut at the same places, wherever they begin', () => {
  expect(cutRange({ start: 3 * mib, end: 9 * mib }, 4 * mib)).toEqual([
    { start: 3 * mib, end: 4 * mib },
    { start: 4 * mib, end: 8 * mib },
    { start: 8 * mib, end: 9 * mib },
  ])
})

test('what is needed and free is asked for once, and nothing that is not free', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 8 })
  const limits = fc.record({
    runBytes: fc.nat(100_000),
    isForeseen: fc.boolean(),
    maxBytes: fc.constantFrom(4096, 65_536, 1 << 20),
  })
  fc.assert(
    fc.property(lengths, fc.nat(300_000), fc.integer({ min: 1, max: 200_000 }), limits, plan),
  )
  function plan(runs: readonly number[], start: number, length: number, limit: RequestReach): void {
    const needed = { start, end: start + length }
    const free: ByteRange[] = []
    let at = 0
    for (const [index, run] of runs.entries()) {
      if (index % 2 === 0) free.push({ start: at, end: at + run })
      at += run
    }
    const requests = planRequests(needed, free, limit)
    for (const request of requests) {
      expect(request.end - request.start).toBeGreaterThan(0)
      expect(request.end - request.start).toBeLessThanOrEqual(limit.maxBytes)
      expect(free.some((gap) => gap.start <= request.start && request.end <= gap.end)).toBe(true)
    }
    requests.slice(1).forEach((request, index) => {
      expect(request.start).toBeGreaterThanOrEqual(requests[index]?.end ?? Infinity)
    })
    const joined = joinAscending(requests)
    for (const gap of free) {
      const wanted = intersectRanges(gap, needed)
      if (wanted === undefined) continue
      expect(joined.some((it) => it.start <= wanted.start && wanted.end <= it.end)).toBe(true)
    }
  }
})
