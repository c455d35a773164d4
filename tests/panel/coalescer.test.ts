import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createCoalescer } from '../../src/panel/coalescer.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

test('runs at once, then once for all requests of an interval', async () => {
  const run = vi.fn(async () => {})
  const coalescer = createCoalescer(run, 300)
  coalescer.request()
  await vi.advanceTimersByTimeAsync(0)
  expect(run).toHaveBeenCalledTimes(1)
  for (let i = 0; i < 50; i++) coalescer.request()
  await vi.advanceTimersByTimeAsync(299)
  expect(run).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(run).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(run).toHaveBeenCalledTimes(2)
})

test('never runs twice at a time, and runs again for what came meanwhile', async () => {
  const run = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 1000)))
  const coalescer = createCoalescer(run, 300)
  coalescer.request()
  await vi.advanceTimersByTimeAsync(500)
  coalescer.request()
  await vi.advanceTimersByTimeAsync(499)
  expect(run).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(10)
  expect(run).toHaveBeenCalledTimes(2)
})

test('sets no timer while it is paused, and remembers what was asked', async () => {
  const run = vi.fn(async () => {})
  const coalescer = createCoalescer(run, 300)
  coalescer.request()
  coalescer.pause()
  expect(vi.getTimerCount()).toBe(0)
  coalescer.request()
  expect(vi.getTimerCount()).toBe(0)
  coalescer.resume()
  await vi.advanceTimersByTimeAsync(0)
  expect(run).toHaveBeenCalledTimes(1)
})
