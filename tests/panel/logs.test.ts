import { expect, test } from 'vitest'
import { planEvictions } from '../../src/panel/plan-evictions.ts'
import { RequestLog, matchesFilter } from '../../src/panel/request-log.ts'
import { TrafficLog } from '../../src/panel/traffic-log.ts'
import type { ReadEvent } from '../../src/protocol/events.ts'

function readOf(fields: Partial<ReadEvent> = {}): ReadEvent {
  return {
    type: 'read',
    url: 'https://example.org/disks/a.img',
    status: 206,
    outcome: 'hit',
    cacheBytes: 100,
    originBytes: 10,
    at: 0,
    durationMs: 1,
    clientId: 'client-1',
    ...fields,
  }
}

const all = { outcome: '', text: '' } as const

test('the log keeps the newest reads, and no more', () => {
  const log = new RequestLog(3)
  const numbers = (): number[] => log.newest().map(({ number }) => number)
  log.add(readOf(), 0)
  log.add(readOf(), 0)
  expect(numbers()).toEqual([2, 1])
  for (let at = 2; at < 8; at++) log.add(readOf(), at)
  expect(numbers()).toEqual([8, 7, 6])
  expect(log.newest().map(({ at }) => at)).toEqual([7, 6, 5])
  expect(log.count).toBe(8)
})

test('reads are found by outcome, by disk and by client', () => {
  const log = new RequestLog()
  log.add(readOf({ outcome: 'miss' }), 0)
  log.add(readOf({ url: 'https://example.org/disks/B.img' }), 0)
  log.add(readOf({ clientId: 'other' }), 0)
  const found = (filter: Partial<Parameters<typeof matchesFilter>[1]>): number[] =>
    log
      .newest()
      .filter((read) => matchesFilter(read, { ...all, ...filter }))
      .map(({ number }) => number)
  expect(found({})).toEqual([3, 2, 1])
  expect(found({ outcome: 'miss' })).toEqual([1])
  expect(found({ text: 'b.img' })).toEqual([2])
  expect(found({ text: 'other' })).toEqual([3])
})

test('traffic is counted by the second, and forgotten after a minute', () => {
  const log = new TrafficLog()
  log.add(readOf(), 1000)
  log.add(readOf(), 1999)
  log.add(readOf(), 2000)
  const sums = (now: number): number[] =>
    log.lastMinute(now).flatMap(({ reads }) => (reads > 0 ? [reads] : []))
  expect(log.lastMinute(2500)).toHaveLength(60)
  expect(sums(2500)).toEqual([2, 1])
  expect(sums(61_000)).toEqual([1])
  log.add(readOf(), 61_500)
  expect(sums(61_900)).toEqual([1, 1])
})

test('a plan takes the first chunks until there is room, and stops at what is pinned', () => {
  const chunk = { url: 'a', generation: 'v', lastUsedAt: 0, isPinned: false }
  const order = [
    { ...chunk, index: 0, bytes: 100 },
    { ...chunk, index: 1, bytes: 100 },
    { ...chunk, index: 2, bytes: 100, isPinned: true },
  ]
  expect(planEvictions(order, 0)).toEqual({ chunks: [], bytes: 0, missing: 0 })
  expect(planEvictions(order, 101)).toMatchObject({ bytes: 200, missing: 0 })
  expect(planEvictions(order, 250)).toMatchObject({ bytes: 200, missing: 50 })
})
