import { expect, test } from 'vitest'

import { shortenTrace } from './shorten-trace.ts'
import { loadTrace } from './trace.ts'
import type { Trace } from './trace.ts'

const KiB = 1024
const all = { stretchBytes: Infinity, maxThinkMs: Infinity, maxReads: Infinity }

/** Reads of 64 KiB at these places, in KiB. */
function traceOf(...offsetsKiB: readonly number[]): Trace {
  const reads = offsetsKiB.map((at) => ({ offset: at * KiB, length: 64 * KiB, thinkMs: at }))
  return { sizeBytes: 1024 * KiB * KiB, reads, restMs: 900 }
}

function placesOf({ reads }: Trace): number[] {
  return reads.map(({ offset }) => offset / KiB)
}

test('of each stretch the beginning is kept, and every jump', () => {
  const trace = traceOf(0, 64, 128, 192, 5000, 5064, 5128, 9000, 0, 64)
  const short = shortenTrace(trace, { ...all, stretchBytes: 128 * KiB })
  expect(placesOf(short)).toEqual([0, 64, 5000, 5064, 9000, 0, 64])
})

test('long pauses are cut, and short ones left', () => {
  const { reads, restMs } = shortenTrace(traceOf(10, 500), { ...all, maxThinkMs: 250 })
  expect(reads.map(({ thinkMs }) => thinkMs)).toEqual([10, 250])
  expect(restMs).toBe(250)
})

test('no more reads are kept than wanted', () => {
  expect(placesOf(shortenTrace(traceOf(0, 64, 128), { ...all, maxReads: 2 }))).toEqual([0, 64])
})

test('without limits a trace stays what it is', () => {
  const trace = loadTrace('linux-tiny')
  expect(shortenTrace(trace, all)).toEqual(trace)
})
