import { expect, test } from 'vitest'

import { alwaysNext, oneStream } from './foresights.ts'
import { groups } from './policies.ts'
import { noWorker } from './policy.ts'
import type { Policy } from './policy.ts'
import { simulate, stretchBoundMs, warmMs } from './simulate.ts'
import { formatTrace, loadTrace, parseTrace, tracedGuests } from './trace.ts'
import type { Trace } from './trace.ts'

const KiB = 1024
/** 50 ms, and 1 KiB per millisecond. */
const link = { delayMs: 50, bytesPerMs: KiB }
const whole: Policy = { name: 'whole', chunkBytes: 64 * KiB, extent: 'chunk' }

/** Reads of 4 KiB at these places of a disk of 1 MiB, 10 ms apart. */
function traceOf(...offsetsKiB: readonly number[]): Trace {
  const reads = offsetsKiB.map((at) => ({ offset: at * KiB, length: 4 * KiB, thinkMs: 10 }))
  return { sizeBytes: KiB * KiB, reads, restMs: 5 }
}

test('without a worker each read pays its costs, the delay and its bytes', () => {
  const { elapsedMs, fetchedBytes, requests } = simulate(noWorker, traceOf(0, 4, 0), link)
  expect(elapsedMs).toBeCloseTo(3 * (10 + 2 + 50 + 4) + 5)
  expect([fetchedBytes, requests]).toEqual([12 * KiB, 3])
})

test('a naive cache waits for the whole chunk, once', () => {
  const trace = traceOf(60, 0)
  const { elapsedMs, fetchedBytes, requests } = simulate(whole, trace, link)
  expect(elapsedMs).toBeCloseTo(10 + 2.5 + 2 + 50 + 64 + (10 + 2.5) + 5)
  expect([fetchedBytes, requests]).toEqual([64 * KiB, 1])
})

test('an answer need not wait for the end of its chunk, and the head comes afterwards', () => {
  const toEnd: Policy = { ...whole, extent: 'toChunkEnd' }
  const { elapsedMs, fetchedBytes, requests } = simulate(toEnd, traceOf(32), link)
  expect(elapsedMs).toBeCloseTo(10 + 2.5 + 2 + 50 + 4 + 5)
  expect([fetchedBytes, requests]).toEqual([64 * KiB, 2])
})

test('a run ends early, and the rest of the chunk waits until nobody reads', () => {
  const run: Policy = { ...whole, extent: 'run', runBytes: () => 4 * KiB }
  const { elapsedMs, fetchedBytes } = simulate(run, traceOf(32, 32 + 64, 32 + 128), link)
  expect(elapsedMs).toBeCloseTo(3 * (10 + 2.5 + 2 + 50 + 4) + 5)
  expect(fetchedBytes).toBe(3 * 64 * KiB)
})

test('what was fetched ahead is there when it is wanted', () => {
  const ahead: Policy = { ...whole, extent: 'toChunkEnd', foresee: alwaysNext(4 * KiB) }
  const { elapsedMs, aheadBytes } = simulate(ahead, { ...traceOf(60), restMs: 1000 }, link)
  expect(elapsedMs).toBeCloseTo(10 + 2.5 + 2 + 50 + 4 + 1000)
  expect(aheadBytes).toBe(64 * KiB)
})

test('a boot from the store takes no link', () => {
  expect(warmMs(traceOf(0, 4))).toBeCloseTo(2 * 12.5 + 5)
})

test('a stretch takes its link or its reader, whichever is longer, and each jump a delay', () => {
  const { reads, ...rest } = traceOf(0, 4, 500)
  const slow = reads.map((read, at) => (at === 1 ? { ...read, thinkMs: 1000 } : read))
  expect(stretchBoundMs({ ...rest, reads }, link)).toBeCloseTo(10 + 50 + 8 + (10 + 50 + 4) + 5)
  const slowMs = stretchBoundMs({ ...rest, reads: slow }, link)
  expect(slowMs).toBeCloseTo(10 + 2.5 + 1002.5 + (10 + 50 + 4) + 5)
})

test('one stream begins with four times the read, and doubles', () => {
  const foresee = oneStream(KiB * KiB)(1024 * KiB * KiB, undefined as never)
  const read = (at: number): unknown => foresee({ start: at * KiB, end: (at + 4) * KiB })
  expect(read(0)).toEqual({ start: 4 * KiB, end: 20 * KiB })
  expect(read(4)).toBeUndefined()
  expect(read(8)).toEqual({ start: 20 * KiB, end: 44 * KiB })
  expect(read(500)).toBeUndefined()
})

test('a trace is read as it was written', () => {
  const trace = traceOf(0, 4, 100, 104, 8)
  const text = formatTrace(trace, 'about\nit')
  expect(parseTrace(text)).toEqual(trace)
  expect(text.split('\n').slice(0, 5)).toEqual([
    '# about',
    '# it',
    'size 1048576',
    '0 8 10',
    '+ 8 10',
  ])
})

test.each(['', 'size 5', 'size 5\nnonsense\nrest 1', 'rest 1\nsize 5'])(
  '%j is no trace',
  (text) => {
    expect(() => parseTrace(text)).toThrow(RangeError)
  },
)

test.each(tracedGuests)('the recorded trace of %s lies on its disk', (guest) => {
  const { sizeBytes, reads } = loadTrace(guest)
  expect(reads.length).toBeGreaterThan(500)
  for (const { offset, length } of reads) expect(offset + length).toBeLessThanOrEqual(sizeBytes)
})

test('every policy answers every read, and fetches what was read', () => {
  const trace = traceOf(0, 4, 8, 12, 300, 304, 16, 20, 24, 900, 1020, 4)
  for (const policy of groups.flatMap(({ policies }) => policies)) {
    const { elapsedMs, fetchedBytes } = simulate(policy, trace, link)
    expect(elapsedMs).toBeGreaterThan(12 * 10)
    expect(fetchedBytes).toBeGreaterThanOrEqual(11 * 4 * KiB)
  }
})
