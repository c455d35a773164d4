import fc from 'fast-check'
import { expect, test } from 'vitest'

import { requestExtent, restDelayMs, restRequestBytes } from '../../src/core/request-extent.ts'

const KiB = 1024
const chunks = { start: 256 * KiB, end: 512 * KiB }

test('a reader in a stream gets the chunk from what is needed to its end', () => {
  const need = { start: 300 * KiB, end: 304 * KiB }
  expect(requestExtent(need, { chunks, isForeseen: true, runBytes: 4 * KiB })).toEqual({
    start: 300 * KiB,
    end: 512 * KiB,
  })
})

test('a reader who jumps about gets no more than a run', () => {
  const need = { start: 300 * KiB, end: 304 * KiB }
  const extentOf = (runBytes: number): unknown =>
    requestExtent(need, { chunks, isForeseen: false, runBytes })
  expect(extentOf(4 * KiB)).toEqual({ start: 300 * KiB, end: 304 * KiB })
  expect(extentOf(100 * KiB)).toEqual({ start: 300 * KiB, end: 400 * KiB })
  expect(extentOf(4096 * KiB)).toEqual({ start: 300 * KiB, end: 512 * KiB })
})

test('requests begin and end at multiples of 4 KiB, or with the disk', () => {
  const need = { start: 300 * KiB + 512, end: 301 * KiB }
  const options = { isForeseen: false, runBytes: 1000 }
  expect(requestExtent(need, { ...options, chunks })).toEqual({
    start: 300 * KiB,
    end: 304 * KiB,
  })
  expect(requestExtent(need, { ...options, chunks: { start: 0, end: 301 * KiB + 7 } })).toEqual({
    start: 300 * KiB,
    end: 301 * KiB + 7,
  })
})

test('what is needed is always asked for, and nothing outside of the chunks', () => {
  const need = fc
    .tuple(fc.nat(256 * KiB - 2), fc.integer({ min: 1, max: 256 * KiB }))
    .map(([at, length]) => ({
      start: chunks.start + at,
      end: Math.min(chunks.end, chunks.start + at + length),
    }))
  fc.assert(
    fc.property(need, fc.boolean(), fc.nat(1024 * KiB), (needed, isForeseen, runBytes) => {
      const { start, end } = requestExtent(needed, { chunks, isForeseen, runBytes })
      expect(start).toBeLessThanOrEqual(needed.start)
      expect(start).toBeGreaterThanOrEqual(chunks.start)
      expect(end).toBeGreaterThanOrEqual(needed.end)
      expect(end).toBeLessThanOrEqual(chunks.end)
    }),
  )
})

test('chunks that the link carries during its delay are completed at once, others when nobody reads', () => {
  expect(restDelayMs(256 * KiB, 256 * KiB)).toBe(0)
  expect(restDelayMs(256 * KiB, 255 * KiB)).toBeGreaterThan(0)
})

test('rests come in requests of a run, and not in tiny ones', () => {
  expect([restRequestBytes(4 * KiB), restRequestBytes(1024 * KiB)]).toEqual([64 * KiB, 1024 * KiB])
})
