import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { makeBody } from '../../src/worker/answer-body.ts'
import type { OriginAccess } from '../../src/worker/origin-access.ts'
import { access, createFetcherBench, honest, isOfDisk, readThrough } from './fetcher-bench.ts'

const kib = 1024

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('fetches nothing ahead that cannot be kept: it would be fetched twice', async () => {
  const bench = createFetcherBench({
    chunkSize: 4 * kib,
    async assertRoom() {
      throw new DiskCacheError('quota-exceeded', 'There is no room.')
    },
    answer: async (request) => honest(request),
  })
  await readThrough(bench, { start: 0, end: 4 * kib })
  await vi.advanceTimersByTimeAsync(1000)
  bench.fetcher.readAhead.fetch({ start: 4 * kib, end: 12 * kib }, access)
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.asked).toEqual([{ start: 0, end: 4 * kib }])
})

test('gives up what was foreseen when somebody always waits for the origin', async () => {
  const bench = createFetcherBench({ answer: async (request) => honest(request) })
  await bench.context.gate.enter(() => 'demand')
  let isKept = true
  const lifetime: OriginAccess['lifetime'] = {
    keep(work) {
      void work.finally(() => (isKept = false))
      return work
    },
  }
  bench.fetcher.readAhead.fetch({ start: 0, end: 4 * kib }, { ...access, lifetime })
  await vi.advanceTimersByTimeAsync(60_000)
  expect([isKept, bench.asked]).toEqual([false, []])
})

test('a reader does not wait for all others when what it wants was to be fetched ahead', async () => {
  const order: string[] = []
  const bench = createFetcherBench({
    parallel: 1,
    async answer(request) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      order.push(String(request.range.start / kib))
      return honest(request)
    },
  })
  const others = [20, 40, 60].map((at) =>
    readThrough(bench, { start: at * kib, end: (at + 2) * kib }),
  )
  await vi.advanceTimersByTimeAsync(1)
  bench.fetcher.fetch([0], { ...access, urgency: 'prefetch' })
  const range = { start: 0, end: 512 }
  const wanted = readThrough(bench, range)
  await vi.advanceTimersByTimeAsync(1)
  others.push(readThrough(bench, { start: 80 * kib, end: 82 * kib }))
  await vi.advanceTimersByTimeAsync(10_000)
  await Promise.all(others)
  const got = await wanted
  expect(got instanceof Uint8Array && isOfDisk(got, range)).toBe(true)
  expect(order.slice(0, 5)).toEqual(['20', '40', '60', '0', '80'])
})

test('goes on as soon as its reader has what it asked for, though that request brings more', async () => {
  const sent = new Map<number, () => void>()
  const hold = (at: number): Promise<void> | undefined =>
    at === 0 || at === 4 * kib ? new Promise<void>((resolve) => sent.set(at, resolve)) : undefined
  const bench = createFetcherBench({
    chunkSize: 8 * kib,
    runBytes: 8 * kib,
    answer: async (request) => honest(request, { pieces: kib, before: async (at) => hold(at) }),
  })
  const reading = readThrough(bench, { start: 0, end: 4 * kib })
  await vi.advanceTimersByTimeAsync(0)
  bench.fetcher.readAhead.fetch({ start: 8 * kib, end: 16 * kib }, access)
  await vi.advanceTimersByTimeAsync(0)
  expect(bench.asked).toEqual([{ start: 0, end: 8 * kib }])
  sent.get(0)?.()
  await reading
  await vi.advanceTimersByTimeAsync(0)
  expect(bench.asked.slice(1)).toEqual([{ start: 8 * kib, end: 16 * kib }])
  sent.get(4 * kib)?.()
})

test('goes on as soon as its reader has what it asked for, though another request brought the last of it', async () => {
  const sent = new Map<string, () => void>()
  const bench = createFetcherBench({
    chunkSize: 32 * kib,
    runBytes: 8 * kib,
    async answer(request) {
      const hold = (at: number): Promise<void> | undefined =>
        at % (4 * kib) === 0
          ? new Promise((resolve) => sent.set(`${request.range.start / kib}: ${at / kib}`, resolve))
          : undefined
      return honest(request, { pieces: kib, before: async (at) => hold(at) })
    },
  })
  const readings = [readThrough(bench, { start: 0, end: kib })]
  await vi.advanceTimersByTimeAsync(0)
  readings.push(readThrough(bench, { start: 4 * kib, end: 12 * kib }))
  await vi.advanceTimersByTimeAsync(0)
  bench.fetcher.readAhead.fetch({ start: 64 * kib, end: 96 * kib }, access)
  for (const piece of ['0: 0', '8: 8']) sent.get(piece)?.()
  await vi.advanceTimersByTimeAsync(0)
  const both = [0, 8].map((at) => ({ start: at * kib, end: (at + 8) * kib }))
  expect(bench.asked).toEqual(both)
  sent.get('0: 4')?.()
  await Promise.all(readings)
  await vi.advanceTimersByTimeAsync(0)
  expect([...sent.keys()].slice(0, 5)).toEqual(['0: 0', '8: 8', '0: 4', '8: 12', '0: 8'])
  expect(bench.asked).toEqual([...both, { start: 64 * kib, end: 96 * kib }])
})

test('asks for nothing, and keeps no event, when nothing is due', async () => {
  const bench = createFetcherBench({ answer: async (request) => honest(request) })
  const lifetime: OriginAccess['lifetime'] = {
    keep() {
      throw new Error('nothing is to be kept')
    },
  }
  bench.fetcher.readAhead.fetch({ start: kib, end: kib }, { ...access, lifetime })
  await vi.advanceTimersByTimeAsync(1000)
  expect(bench.asked).toEqual([])
})

test('a miss of a stream is asked for to the end of its chunk, also where nothing more is due ahead', async () => {
  const bench = createFetcherBench({
    chunkSize: 16 * kib,
    runBytes: 4 * kib,
    answer: async (request) => honest(request),
  })
  // Somebody waits all the time: what was advised ahead has not been fetched.
  await bench.context.gate.enter(() => 'demand')
  for (let at = 0; at < 20; at += 4) {
    const range = { start: at * kib, end: (at + 4) * kib }
    const by = { access, isNew: false, clientId: 'reader', freesRead: false }
    await makeBody(bench.fetcher, [{ kind: 'disk', range }], by)
  }
  expect(bench.asked).toEqual([
    { start: 0, end: 4 * kib },
    { start: 4 * kib, end: 16 * kib },
    { start: 16 * kib, end: 32 * kib },
  ])
})

for (const isStored of [true, false]) {
  test(`what a long body takes of what was fetched ahead was wanted, ${isStored ? 'all of it stored' : 'some of it missing'}`, async () => {
    const [sizeBytes, chunkSize, half] = [4 * 1024 * kib, 256 * kib, 2560 * kib]
    const bench = createFetcherBench({
      sizeBytes,
      chunkSize,
      answer: async (request) => honest(request, { sizeBytes, pieces: chunkSize }),
    })
    let [aheadBytes, usedBytes] = [0, 0]
    bench.context.log.countAhead = (more) => {
      aheadBytes += more.aheadBytes
      usedBytes += more.usedBytes
    }
    const [wanted, other] = [isStored ? half : 1024 * kib, 3072 * kib]
    bench.fetcher.readAhead.fetch({ start: 0, end: wanted }, access)
    bench.fetcher.readAhead.fetch({ start: other, end: other + chunkSize }, access)
    await vi.advanceTimersByTimeAsync(1000)
    expect([aheadBytes, usedBytes]).toEqual([wanted + chunkSize, 0])
    // Two parts, together longer than what is answered whole.
    const section = { kind: 'disk', range: { start: 0, end: half } } as const
    const by = { access, isNew: false, clientId: 'reader', freesRead: false }
    const { body, outcome } = await makeBody(bench.fetcher, [section, section], by)
    expect(outcome).toBe(isStored ? 'hit' : 'partial')
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(2 * half)
    expect([aheadBytes, usedBytes]).toEqual([wanted + chunkSize, wanted])
  })
}
