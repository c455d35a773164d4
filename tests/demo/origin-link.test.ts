import { afterEach, expect, test } from 'vitest'

import { createRequestLog, type RequestRecord } from '../../src/demo/server/request-log.ts'
import { createLink, parseLatencyMs, parseRateMbit } from '../../src/demo/server/shape.ts'
import type { Link, LinkTime } from '../../src/demo/server/shape.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

const PATIENT = { timeout: 4000 }

let served: ServedOrigin | undefined
afterEach(() => served?.close())

test('a shaped origin sends every byte', async () => {
  served = await serveOrigin({ latencyMs: 1, rateBitsPerSecond: 80e6 })
  const url = `${served.url}/disks/exerciser-8MiB.img`
  const lengths = await Promise.all(
    [1, 65_536, 300_001].map(async (length) => {
      const response = await fetch(url, { headers: { Range: `bytes=7-${6 + length}` } })
      return (await response.arrayBuffer()).byteLength
    }),
  )
  expect(lengths).toEqual([1, 65_536, 300_001])
  expect(served.origin.counters).toMatchObject({ requests: 3, bytesSent: 365_538 })
})

/** A link of 1000 bytes per millisecond, whose time stands still or is set. */
function slowLink(): { link: Link; waits: number[]; setNow(ms: number): void } {
  let nowMs = 0
  const waits: number[] = []
  const time: LinkTime = { now: () => nowMs, wait: async (ms) => void waits.push(ms) }
  const link = createLink({ latencyMs: 0, rateBitsPerSecond: 8e6 }, time)
  return { link, waits, setNow: (ms) => (nowMs = ms) }
}

const { signal: never } = new AbortController()

test('the link serves answers in order, each as long as its bytes take', async () => {
  const { link, waits } = slowLink()
  await link.begin().take(30_000, never)
  await link.begin().take(20_000, never)
  await link.begin().take(10_000, never)
  expect(waits).toEqual([30, 50, 60])
})

test('a pause of the link earns nothing: the next answer takes as long as if there had been none', async () => {
  const { link, waits, setNow } = slowLink()
  await link.begin().take(10_000, never)
  setNow(1000)
  await link.begin().take(10_000, never)
  expect(waits).toEqual([10, 10])
})

test('a late timer does not slow an answer down', async () => {
  const { link, waits, setNow } = slowLink()
  const sending = link.begin()
  await sending.take(10_000, never)
  setNow(13)
  await sending.take(10_000, never)
  expect(waits).toEqual([10, 7])
})

test('an answer whose reader pauses does not catch up', async () => {
  const { link, waits, setNow } = slowLink()
  const sending = link.begin()
  await sending.take(10_000, never)
  setNow(1000)
  await sending.take(150_000, never)
  expect(waits).toEqual([10, 50])
})

test('answers that alternate share the link', async () => {
  const { link, waits, setNow } = slowLink()
  const [one, other] = [link.begin(), link.begin()]
  await one.take(10_000, never)
  await other.take(10_000, never)
  setNow(11)
  await one.take(10_000, never)
  setNow(21)
  await other.take(10_000, never)
  expect(waits).toEqual([10, 20, 19, 19])
})

test('without a rate nobody waits', async () => {
  const link = createLink({ latencyMs: 0, rateBitsPerSecond: Infinity })
  await link.begin().take(1e12, never)
})

test('who waits for the link can go away', async () => {
  const link = createLink({ latencyMs: 0, rateBitsPerSecond: 8 })
  const abort = new AbortController()
  const waiting = link.begin().take(1_000_000, abort.signal)
  abort.abort()
  await expect(waiting).rejects.toThrow()
})

test('nothing is read ahead for a client that does not read', async () => {
  served = await serveOrigin()
  const { origin } = served
  const abort = new AbortController()
  await fetch(`${served.url}/disks/exerciser-1TiB.img`, { signal: abort.signal })
  let before = -1
  await expect
    .poll(() => {
      const isSteady = origin.counters.bytesSent === before
      before = origin.counters.bytesSent
      return isSteady
    }, PATIENT)
    .toBe(true)
  expect(origin.counters.bytesSent).toBeLessThan(64 * 2 ** 20)
  abort.abort()
  await expect.poll(() => origin.counters.open, PATIENT).toBe(0)
})

test('requests are logged as they come, with what became of them', async () => {
  const seen: RequestRecord[] = []
  served = await serveOrigin({ now: () => 42, onRequest: (record) => seen.push(record) })
  const { origin, url } = served
  const headers = { Range: 'bytes=0-9', 'If-Range': '"x"' }
  await (await fetch(`${url}/disks/nothing.img?a=b`, { headers })).text()
  expect(seen).toEqual(origin.requests)
  expect(seen[0]).toMatchObject({
    method: 'GET',
    url: '/disks/nothing.img?a=b',
    range: 'bytes=0-9',
    headers: { 'if-range': '"x"' },
    at: 42,
    status: 404,
  })
  origin.reset()
  expect([origin.requests.length, origin.counters.requests]).toEqual([0, 0])
})

test('the log keeps the last requests only, and counts them all', () => {
  const log = createRequestLog()
  const request = {
    method: 'GET',
    url: '/',
    range: undefined,
    headers: {},
    status: 0,
    bytesSent: 0,
  }
  for (let at = 0; at < 5000; at++) log.begin({ ...request, at })
  expect([log.records.length, log.records[0]?.at, log.records.at(-1)?.at]).toEqual([
    4096, 904, 4999,
  ])
  expect(log.counters).toMatchObject({ requests: 5000, open: 5000 })
})

test.each([
  ['50', 50],
  ['2.5ms', 2.5],
])('a delay of %s is %d ms', (text, delayMs) => {
  expect(parseLatencyMs(text)).toBe(delayMs)
})

test.each([
  ['20', 20e6],
  ['0.5Mbit', 0.5e6],
])('a rate of %s is %d bit/s', (text, rate) => {
  expect(parseRateMbit(text)).toBe(rate)
})

test.each(['', '-1', 'fast', '1e3', '0'])('%j is no rate', (text) => {
  expect(() => parseRateMbit(text)).toThrow(RangeError)
})
