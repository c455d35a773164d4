import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fetchFromOrigin, injectFaults, isOffline } from '../../src/origin/fetch-from-origin.ts'

const url = 'https://example.org/disks/a.img'
const there = async (): Promise<boolean> => true
const network = vi.fn<typeof fetch>()

beforeEach(() => {
  network.mockReset().mockImplementation(async () => new Response('bytes'))
  vi.stubGlobal('fetch', network)
  vi.stubGlobal('navigator', { onLine: true })
})
afterEach(() => {
  injectFaults({}, there)
  vi.unstubAllGlobals()
})

test('nothing is in the way as long as nobody wants it', async () => {
  expect(await (await fetchFromOrigin(url)).text()).toBe('bytes')
  expect(isOffline()).toBe(false)
})

test('offline, nothing is asked', async () => {
  injectFaults({ offline: true }, there)
  expect(isOffline()).toBe(true)
  await expect(fetchFromOrigin(url)).rejects.toThrow(TypeError)
  expect(network).not.toHaveBeenCalled()
})

test('so many requests fail, and then no more', async () => {
  injectFaults({ failNext: 2 }, there)
  const ends = await Promise.allSettled([1, 2, 3].map(() => fetchFromOrigin(url)))
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
})

test('the same order again changes nothing, and tells what is left', async () => {
  const order = { id: 'one', failNext: 2 }
  injectFaults(order, there)
  await expect(fetchFromOrigin(url)).rejects.toThrow(TypeError)
  expect(injectFaults(order, there)).toEqual({ id: 'one', failNext: 1 })
  expect(injectFaults(undefined, there)).toEqual({ id: 'one', failNext: 1 })
  expect(injectFaults({ id: 'two', failNext: 2 }, there)).toEqual({ id: 'two', failNext: 2 })
})

test('when the page is gone that wanted it, nothing goes wrong any more', async () => {
  injectFaults({ offline: true }, async () => false)
  expect(await (await fetchFromOrigin(url)).text()).toBe('bytes')
  expect(isOffline()).toBe(false)
})

test('a request waits for the latency before it is sent', async () => {
  vi.useFakeTimers()
  injectFaults({ latencyMs: 500 }, there)
  const answer = fetchFromOrigin(url)
  await vi.advanceTimersByTimeAsync(499)
  expect(network).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await (await answer).text()).toBe('bytes')
  vi.useRealTimers()
})
