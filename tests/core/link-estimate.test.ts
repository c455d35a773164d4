import { expect, test } from 'vitest'

import { createLinkEstimate } from '../../src/core/link-estimate.ts'
import type { FinishedRequest } from '../../src/core/link-estimate.ts'

const KiB = 1024
const MiB = 1024 * KiB

/** A request over a link that nobody else uses. */
function over(delayMs: number, mbit: number, bytes: number = MiB): FinishedRequest {
  const transferMs = bytes / (mbit * 125)
  return { startedMs: 0, firstByteMs: delayMs, endedMs: delayMs + transferMs, bytes, parallel: 1 }
}

test('before anything is known, requests are small', () => {
  const link = createLinkEstimate()
  expect([link.delayMs, link.bytesPerMs]).toEqual([undefined, undefined])
  expect([link.runBytes(), link.readaheadBytes()]).toEqual([64 * KiB, 256 * KiB])
})

test.each([
  [5, 2],
  [5, 200],
  [50, 20],
  [200, 2],
  [200, 200],
])('finds out a delay of %d ms and a rate of %d Mbit/s', (delayMs, mbit) => {
  const link = createLinkEstimate()
  for (let at = 0; at < 5; at++) link.record(over(delayMs, mbit))
  expect(link.delayMs).toBeCloseTo(delayMs, 6)
  expect(link.bytesPerMs).toBeCloseTo(mbit * 125, 6)
})

test('a run is as long as what the link carries during its delay or 10 ms, within limits', () => {
  const runOver = (delayMs: number, mbit: number): number => {
    const link = createLinkEstimate()
    link.record(over(delayMs, mbit))
    return link.runBytes()
  }
  expect(runOver(50, 20)).toBe(125_000)
  expect(runOver(5, 2)).toBe(4 * KiB)
  expect(runOver(5, 200)).toBe(250_000)
  expect(runOver(5, 0.1)).toBe(4 * KiB)
  expect(runOver(200, 200)).toBe(4 * MiB)
})

test('more is fetched ahead over long and fat links, within limits', () => {
  const aheadOver = (delayMs: number, mbit: number): number => {
    const link = createLinkEstimate()
    link.record(over(delayMs, mbit))
    return link.readaheadBytes()
  }
  expect(aheadOver(5, 2)).toBe(64 * KiB)
  expect(aheadOver(50, 20)).toBe(750_000)
  expect(aheadOver(200, 200)).toBe(4 * MiB)
})

test('requests that share the link tell of all of it', () => {
  const link = createLinkEstimate()
  link.record({ ...over(50, 20), endedMs: 50 + (2 * MiB) / 2500, parallel: 2 })
  expect(link.bytesPerMs).toBeCloseTo(2500, 6)
})

test('one slow start does not change the delay', () => {
  const link = createLinkEstimate()
  link.record(over(900, 20))
  link.record(over(50, 20))
  link.record(over(400, 20))
  expect(link.delayMs).toBe(50)
})

test('a delay that has grown for good is believed after a while', () => {
  const link = createLinkEstimate()
  link.record(over(5, 20))
  for (let at = 0; at < 16; at++) link.record(over(100, 20))
  expect(link.delayMs).toBe(100)
})

test('small answers tell of the delay only', () => {
  const link = createLinkEstimate()
  link.record(over(50, 20, 4 * KiB))
  expect([link.delayMs, link.bytesPerMs]).toEqual([50, undefined])
  expect(link.runBytes()).toBe(64 * KiB)
})

test('one odd sample moves the rate a little only', () => {
  const link = createLinkEstimate()
  for (let at = 0; at < 8; at++) link.record(over(50, 20))
  link.record(over(50, 2))
  expect(link.bytesPerMs).toBeGreaterThan(0.7 * 2500)
})

test('an answer that was there at once makes no infinite rate', () => {
  const link = createLinkEstimate()
  link.record({ startedMs: 0, firstByteMs: 0, endedMs: 0, bytes: MiB, parallel: 1 })
  expect(link.bytesPerMs).toBe(MiB)
})
