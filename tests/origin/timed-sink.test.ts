import { expect, test, vi } from 'vitest'

import type { FinishedRequest, LinkEstimate } from '../../src/core/link-estimate.ts'
import type { BegunResponse, DownloadSink } from '../../src/origin/download-range.ts'
import { timedSink } from '../../src/origin/timed-sink.ts'

const response: BegunResponse = {
  status: 206,
  identity: { validator: { kind: 'none' }, sizeBytes: 100 },
  range: { start: 0, end: 100 },
  headers: {},
  askedAtMs: 1000,
}

function setUp(parallel: () => number = () => 1, hold?: () => Promise<void>) {
  const recorded: FinishedRequest[] = []
  const link = { record: (request) => void recorded.push(request) } as LinkEstimate
  const calls: string[] = []
  const sink: DownloadSink = {
    begin: () => void calls.push('begin'),
    write(offset) {
      calls.push(`write ${offset}`)
      return hold?.()
    },
    end: () => void calls.push('end'),
  }
  return { recorded, calls, timed: timedSink(sink, link, parallel) }
}

test('tells when an answer was asked for, began and ended, and how long it was', async () => {
  vi.useFakeTimers({ now: 0 })
  vi.advanceTimersByTime(1050)
  const { recorded, calls, timed } = setUp()
  await timed.begin(response)
  await timed.write(0, new Uint8Array(60))
  vi.advanceTimersByTime(20)
  await timed.write(60, new Uint8Array(40))
  await timed.end()
  vi.useRealTimers()
  expect(calls).toEqual(['begin', 'write 0', 'write 60', 'end'])
  expect(recorded).toEqual([
    { startedMs: 1000, firstByteMs: 1050, endedMs: 1070, bytes: 100, parallel: 1 },
  ])
})

test('leaves out what comes after the sink has held the answer up', async () => {
  vi.useFakeTimers({ now: 0 })
  vi.advanceTimersByTime(1050)
  const held = [1, 2, 1000, 1000]
  let underWay = 3
  const { recorded, timed } = setUp(
    () => underWay,
    async () => void vi.advanceTimersByTime(held.shift() ?? 0),
  )
  for (const lasts of [1, 2]) {
    await timed.begin({ ...response, askedAtMs: performance.now() - 50 })
    for (let at = 0; at < 4; at++) {
      vi.advanceTimersByTime(10)
      await timed.write(at * 25, new Uint8Array(25))
      if (at === 2) underWay = lasts
    }
    await timed.end()
  }
  vi.useRealTimers()
  expect(recorded).toEqual([
    { startedMs: 1000, firstByteMs: 1050, endedMs: 1083, bytes: 75, parallel: 3 },
    { startedMs: 3043, firstByteMs: 3093, endedMs: 3133, bytes: 100, parallel: 1.5 },
  ])
})

test('an answer that breaks off tells nothing, and the next one only of itself', async () => {
  const { recorded, timed } = setUp()
  await timed.begin(response)
  await timed.write(0, new Uint8Array(60))
  await timed.begin(response)
  await timed.write(60, new Uint8Array(40))
  expect(recorded).toEqual([])
  await timed.end()
  expect(recorded.map(({ bytes }) => bytes)).toEqual([40])
})

test('tells how many shared the link, on average', async () => {
  let underWay = 4
  const { recorded, timed } = setUp(() => underWay)
  await timed.begin(response)
  underWay = 1
  await timed.end()
  expect(recorded.map(({ parallel }) => parallel)).toEqual([2.5])
})
