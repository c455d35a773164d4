import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { ReadCounters } from '../../src/core/read-counters.ts'
import type { ReadEvent } from '../../src/protocol/events.ts'
import type { SettingsCatalog } from '../../src/storage/settings-catalog.ts'
import { createEventLog } from '../../src/worker/event-log.ts'
import type { Lifetime } from '../../src/worker/lifetime.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const read: ReadEvent = {
  type: 'read',
  url: 'https://disks.example/a.img',
  status: 206,
  outcome: 'hit',
  cacheBytes: 4096,
  originBytes: 0,
  at: 0,
  durationMs: 1,
  clientId: 'page',
}

function setUp() {
  const registration = Object.assign(new EventTarget(), {
    installing: null as object | null,
    waiting: null as object | null,
  })
  vi.stubGlobal('self', { registration })
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      postMessage = (): void => undefined
    },
  )
  const writes: number[] = []
  let isRefused = false
  const settings = {
    async addCounters({ requests }: ReadCounters) {
      if (isRefused) throw new Error('no room')
      writes.push(requests.hit)
    },
  } as SettingsCatalog
  const log = createEventLog({ scope: '/', worker: 'w', settings })
  let events = 0
  const lifetime: Lifetime = {
    keep(work) {
      events++
      const end = (): void => void events--
      work.then(end, end)
      return work
    },
  }
  return {
    registration,
    writes,
    refuse: (refused: boolean) => void (isRefused = refused),
    events: () => events,
    read: () => log.read(read, lifetime),
    /** Reads now and then, for as long. */
    async readFor(ms: number, everyMs = 20) {
      for (let passed = 0; passed < ms; passed += everyMs) {
        log.read(read, lifetime)
        await vi.advanceTimersByTimeAsync(everyMs)
      }
    },
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

test('figures are written once a second, and keep no event', async () => {
  const bench = setUp()
  await bench.readFor(3000)
  expect([bench.writes.length, bench.events()]).toEqual([3, 0])
  await vi.advanceTimersByTimeAsync(1000)
  expect(sum(bench.writes)).toBe(150)
})

test.each(['installing', 'waiting'] as const)(
  'while a newer worker is %s, each read is written before its event ends',
  async (state) => {
    const bench = setUp()
    bench.registration[state] = {}
    bench.registration.dispatchEvent(new Event('updatefound'))
    bench.read()
    bench.read()
    expect([bench.writes, bench.events()]).toEqual([[0, 1, 1], 2])
    await vi.advanceTimersByTimeAsync(0)
    expect(bench.events()).toBe(0)
  },
)

test('while a newer worker is held back, reads are written together, and their events end when they are', async () => {
  const bench = setUp()
  bench.registration.waiting = {}
  bench.registration.dispatchEvent(new Event('updatefound'))
  await vi.advanceTimersByTimeAsync(15_000)
  bench.writes.length = 0
  await bench.readFor(1000)
  expect(bench.events()).toBeLessThanOrEqual(5)
  await vi.advanceTimersByTimeAsync(100)
  expect(bench.events()).toBe(0)
  expect(sum(bench.writes)).toBe(50)
  expect(bench.writes.length).toBeLessThanOrEqual(10)
})

test('what could not be written is written with the next figures', async () => {
  const bench = setUp()
  bench.refuse(true)
  await bench.readFor(1500)
  expect(bench.writes).toEqual([])
  bench.refuse(false)
  await vi.advanceTimersByTimeAsync(1000)
  expect(sum(bench.writes)).toBe(75)
})
