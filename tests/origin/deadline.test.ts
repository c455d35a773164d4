import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { startDeadline } from '../../src/origin/deadline.ts'
import { sleep } from '../../src/origin/sleep.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('passes when nothing extends it', () => {
  const deadline = startDeadline(1000, new AbortController().signal)
  vi.advanceTimersByTime(999)
  expect([deadline.passed, deadline.signal.aborted]).toEqual([false, false])
  vi.advanceTimersByTime(1)
  expect([deadline.passed, deadline.signal.aborted]).toEqual([true, true])
  expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' })
})

test('begins anew each time it is extended', () => {
  const deadline = startDeadline(1000, new AbortController().signal)
  for (let at = 0; at < 5; at++) {
    vi.advanceTimersByTime(900)
    deadline.extend()
  }
  expect(deadline.passed).toBe(false)
  vi.advanceTimersByTime(1000)
  expect(deadline.passed).toBe(true)
})

test('stands still while it is paused', () => {
  const deadline = startDeadline(1000, new AbortController().signal)
  deadline.pause()
  vi.advanceTimersByTime(10_000)
  expect(deadline.passed).toBe(false)
  deadline.extend()
  vi.advanceTimersByTime(1000)
  expect(deadline.passed).toBe(true)
})

test('never passes after it was released', () => {
  const outer = new AbortController()
  const deadline = startDeadline(1000, outer.signal)
  deadline.release()
  vi.advanceTimersByTime(10_000)
  outer.abort()
  expect([deadline.passed, deadline.signal.aborted, vi.getTimerCount()]).toEqual([false, false, 0])
})

test('follows the outer signal, which is not passing', () => {
  const outer = new AbortController()
  const deadline = startDeadline(1000, outer.signal)
  outer.abort('enough')
  expect([deadline.signal.reason, deadline.passed]).toEqual(['enough', false])
  deadline.release()
})

test('follows an outer signal that was aborted before', () => {
  const deadline = startDeadline(1000, AbortSignal.abort('enough'))
  expect([deadline.signal.reason, deadline.passed]).toEqual(['enough', false])
  deadline.release()
})

test('sleeps as long as it is told', async () => {
  let awake = false
  const sleeping = sleep(1000, new AbortController().signal).then(() => (awake = true))
  await vi.advanceTimersByTimeAsync(999)
  expect(awake).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await sleeping
  expect(awake).toBe(true)
})

test('wakes up with the reason when it is aborted', async () => {
  const controller = new AbortController()
  const sleeping = sleep(1000, controller.signal)
  controller.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await expect(sleep(1000, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
  expect(vi.getTimerCount()).toBe(0)
})
