import { expect, test } from 'vitest'

import { createRememberedBlobs } from '../../src/storage/remembered-blobs.ts'

const blob = new Blob(['chunk'])
const part = { start: 0, end: 5 }

function createClock(): { now: () => number; pass: (ms: number) => void } {
  let nowMs = 1000
  return { now: () => nowMs, pass: (ms) => void (nowMs += ms) }
}

test('gives a Blob again and again', () => {
  const { now, pass } = createClock()
  const blobs = createRememberedBlobs(now)
  expect(blobs.take(0, part)).toBe(undefined)
  blobs.set(0, blob)
  for (const end of [1, 2, 3, 4]) {
    pass(1000)
    expect(blobs.take(0, { start: 0, end })).toBe(blob)
  }
})

test.each([
  [0, true],
  [499, true],
  [500, false],
  [60_000, false],
  [60_001, true],
])('gives it for the same bytes again after %i ms: %s', (sinceMs, isGiven) => {
  const { now, pass } = createClock()
  const blobs = createRememberedBlobs(now)
  blobs.set(0, blob)
  blobs.take(0, part)
  pass(sinceMs)
  expect(blobs.take(0, part)).toBe(isGiven ? blob : undefined)
  expect(blobs.take(0, { start: 1, end: 2 })).toBe(isGiven ? blob : undefined)
})

test('forgets what it is told to', () => {
  const blobs = createRememberedBlobs(() => 0)
  for (const index of [0, 1, 2]) blobs.set(index, blob)
  blobs.delete(1)
  expect([0, 1, 2].map((index) => blobs.take(index, part))).toEqual([blob, undefined, blob])
  blobs.clear()
  expect(blobs.take(0, part)).toBe(undefined)
})
