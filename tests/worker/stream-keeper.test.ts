import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { createStreamKeeper } from '../../src/worker/stream-keeper.ts'
import type { StreamKeeper } from '../../src/worker/stream-keeper.ts'

const posted = vi.fn<(message: unknown) => void>()
let events: EventTarget
let keeper: StreamKeeper

function begin(userAgent: string): void {
  events = new EventTarget()
  const clients = { matchAll: () => Promise.resolve([{ postMessage: posted }]) }
  vi.stubGlobal('self', Object.assign(events, { clients }))
  vi.stubGlobal('navigator', { userAgent })
  keeper = createStreamKeeper()
}

beforeEach(() => {
  vi.useFakeTimers()
  posted.mockReset()
  begin('Firefox/142.0')
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('tells all pages when streams begin and have ended', async () => {
  const closeFirst = keeper.open(() => undefined)
  const closeSecond = keeper.open(() => undefined)
  await vi.advanceTimersByTimeAsync(0)
  expect(posted).toHaveBeenLastCalledWith(expect.objectContaining({ kind: 'streams', open: 2 }))
  closeFirst()
  closeSecond()
  await vi.advanceTimersByTimeAsync(0)
  expect(posted).toHaveBeenLastCalledWith(expect.objectContaining({ open: 0 }))
})

test('ends a stream with an error in Firefox before the worker is ended in silence', async () => {
  const fail = vi.fn<() => void>()
  keeper.open(fail)
  await vi.advanceTimersByTimeAsync(55_000)
  expect(fail).toHaveBeenCalled()
})

test('lets a stream go on while events come', async () => {
  const fail = vi.fn<() => void>()
  keeper.open(fail)
  for (let ping = 0; ping < 20; ping++) {
    await vi.advanceTimersByTimeAsync(10_000)
    events.dispatchEvent(new Event('message'))
  }
  expect(fail).not.toHaveBeenCalled()
})

test('lets a stream go on without events where that keeps the worker alive', async () => {
  begin('Chrome/140.0.0.0')
  const fail = vi.fn<() => void>()
  keeper.open(fail)
  await vi.advanceTimersByTimeAsync(200_000)
  expect(fail).not.toHaveBeenCalled()
})
