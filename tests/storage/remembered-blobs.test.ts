import { expect, test, vi } from 'vitest'

import { createRememberedBlobs } from '../../src/storage/remembered-blobs.ts'
import type { RememberedBlobs } from '../../src/storage/remembered-blobs.ts'

const blob = new Blob(['chunk'])
const part = { start: 0, end: 5 }
const other = { start: 1, end: 2 }

/** Blobs with a clock that is set, and a check whose end is decided here. */
function createTestBlobs(): {
  blobs: RememberedBlobs
  pass: (ms: number) => void
  canRead: ReturnType<typeof vi.fn<() => Promise<boolean>>>
} {
  let nowMs = 1000
  const canRead = vi.fn(() => Promise.resolve(true))
  return {
    blobs: createRememberedBlobs({ now: () => nowMs, canRead }),
    pass: (ms) => void (nowMs += ms),
    canRead,
  }
}

test('gives a Blob again and again, untried, as long as other bytes are wanted', () => {
  const { blobs, pass, canRead } = createTestBlobs()
  expect(blobs.take(0, part)).toBe(undefined)
  blobs.set(0, blob)
  for (const end of [1, 2, 3, 4]) {
    pass(1000)
    expect(blobs.take(0, { start: 0, end })).toBe(blob)
  }
  expect(canRead).not.toHaveBeenCalled()
})

test.each([
  [0, true],
  [499, true],
  [500, false],
  [60_001, false],
])('gives it for the same bytes again and nothing else after %i ms: %s', (sinceMs, isGiven) => {
  const { blobs, pass, canRead } = createTestBlobs()
  blobs.set(0, blob)
  blobs.take(0, part)
  pass(sinceMs)
  expect(blobs.take(0, part)).toBe(isGiven ? blob : undefined)
  expect(blobs.peek(0)).toBe(isGiven ? blob : undefined)
  expect(canRead).not.toHaveBeenCalled()
})

test.each([
  ['the same chunk', 0],
  ['another chunk', 1],
])('gives it for the same bytes after others of %s, and tries it beside', async (_, index) => {
  const { blobs, pass, canRead } = createTestBlobs()
  blobs.set(0, blob)
  blobs.set(1, blob)
  blobs.take(0, part)
  blobs.take(index, other)
  pass(499)
  expect(blobs.take(0, part)).toBe(blob)
  expect(canRead).not.toHaveBeenCalled()
  blobs.take(index, other)
  pass(500)
  expect(blobs.take(0, part)).toBe(blob)
  expect(canRead.mock.calls).toEqual([[0, blob, part]])
  await canRead.mock.results[0]?.value
  expect(blobs.peek(0)).toBe(blob)
})

test('forgets what turns out to be unreadable, and nothing that came in its place', async () => {
  const { blobs, pass, canRead } = createTestBlobs()
  const verdicts = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()] as const
  canRead.mockReturnValueOnce(verdicts[0].promise).mockReturnValueOnce(verdicts[1].promise)
  const rereadAfterOthers = (): Blob | undefined => {
    blobs.take(0, part)
    blobs.take(0, other)
    pass(500)
    return blobs.take(0, part)
  }
  blobs.set(0, blob)
  expect(rereadAfterOthers()).toBe(blob)
  verdicts[0].resolve(false)
  await vi.waitFor(() => expect(blobs.peek(0)).toBe(undefined))

  blobs.set(0, blob)
  expect(rereadAfterOthers()).toBe(blob)
  const newer = new Blob(['newer'])
  blobs.set(0, newer)
  verdicts[1].resolve(false)
  await verdicts[1].promise
  await Promise.resolve()
  expect(blobs.peek(0)).toBe(newer)
})

test('tries a Blob once at a time', () => {
  const { blobs, pass, canRead } = createTestBlobs()
  canRead.mockReturnValue(new Promise(() => {}))
  blobs.set(0, blob)
  for (let read = 0; read < 5; read++) {
    expect(blobs.take(0, part)).toBe(blob)
    expect(blobs.take(0, other)).toBe(blob)
    pass(500)
  }
  expect(canRead).toHaveBeenCalledOnce()
})

test('forgets what it is told to', () => {
  const { blobs } = createTestBlobs()
  for (const index of [0, 1, 2]) blobs.set(index, blob)
  blobs.delete(1)
  expect([0, 1, 2].map((index) => blobs.take(index, part))).toEqual([blob, undefined, blob])
  blobs.clear()
  expect(blobs.take(0, part)).toBe(undefined)
})
