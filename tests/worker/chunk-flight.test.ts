import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { totalBytesOf } from '../../src/core/byte-range.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import { createRangeSet } from '../../src/core/range-set.ts'
import type { RangeSet } from '../../src/core/range-set.ts'
import { createChunkFlight } from '../../src/worker/chunk-flight.ts'

const failure = new DiskCacheError('origin-unreachable', 'The connection broke off.')

function bytes(start: number, end: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: end - start }, (_, at) => (start + at) % 251)
}

function setOf(start: number, end: number): RangeSet {
  const set = createRangeSet()
  set.add({ start, end })
  return set
}

/** What has happened to a promise by now. */
async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> {
  const pending = Symbol('pending')
  await new Promise((resolve) => setImmediate(resolve))
  return Promise.race([promise, Promise.resolve(pending)]).then(
    (value) => (value === pending ? 'pending' : 'fulfilled'),
    () => 'rejected',
  )
}

test('gives out bytes as soon as they are there, not when the chunk is', async () => {
  const flight = createChunkFlight(3, 1000)
  const [early, late] = [flight.read(100, 200), flight.read(100, 201)]
  flight.write(0, bytes(0, 200))
  expect(await early).toEqual(bytes(100, 200))
  expect([flight.index, flight.arrivedBytes, flight.isComplete()]).toEqual([3, 200, false])
  expect(await stateOf(late)).toBe('pending')
  flight.write(200, bytes(200, 1000))
  expect(await late).toEqual(bytes(100, 201))
  expect(flight.isComplete()).toBe(true)
  expect(flight.bytes()).toEqual(bytes(0, 1000))
})

test('gives out at once what has arrived', async () => {
  const flight = createChunkFlight(0, 100)
  flight.write(0, bytes(0, 50))
  expect(await flight.read(10, 50)).toEqual(bytes(10, 50))
})

test('leaves what has arrived as it is', () => {
  const flight = createChunkFlight(0, 100)
  flight.write(0, bytes(0, 60))
  flight.write(0, new Uint8Array(60).fill(255))
  flight.write(40, new Uint8Array(20).fill(255))
  expect(flight.arrivedBytes).toBe(60)
  flight.write(50, bytes(50, 100))
  expect(flight.bytes()).toEqual(bytes(0, 100))
})

test('gives out bytes in the middle before those ahead of them are there', async () => {
  const flight = createChunkFlight(0, 100)
  const [middle, all] = [flight.read(40, 60), flight.read(0, 60)]
  flight.write(30, bytes(30, 70))
  expect(await middle).toEqual(bytes(40, 60))
  expect([flight.has(30, 70), flight.has(29, 70), flight.has(30, 71)]).toEqual([true, false, false])
  expect(await stateOf(all)).toBe('pending')
  flight.write(0, bytes(0, 30))
  expect(await all).toEqual(bytes(0, 60))
  expect(flight.isComplete()).toBe(false)
})

test('is complete after all its bytes, however they were cut, repeated and ordered', () => {
  const piece = fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 1, max: 100 }))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const flight = createChunkFlight(0, 100)
      const here = new Set<number>()
      for (const [offset, length] of pieces) {
        const end = Math.min(offset + length, 100)
        const before = here.size
        const taken = flight.write(offset, bytes(offset, end))
        for (let at = offset; at < end; at++) here.add(at)
        expect(flight.arrivedBytes).toBe(here.size)
        expect(totalBytesOf(taken)).toBe(here.size - before)
        expect(flight.isComplete()).toBe(here.size === 100)
      }
      flight.write(0, bytes(0, 100))
      expect(flight.isComplete()).toBe(true)
      expect(flight.bytes()).toEqual(bytes(0, 100))
    }),
  )
})

test('may be stored when every answer that brought a part has kept its word: once', () => {
  const flight = createChunkFlight(0, 100)
  flight.write(0, bytes(0, 100))
  expect(flight.confirm(setOf(50, 100))).toBe(false)
  expect(flight.confirm(setOf(0, 49))).toBe(false)
  expect(flight.confirm(setOf(49, 50))).toBe(true)
  expect(flight.confirm(setOf(0, 100))).toBe(false)
})

test('tells when all of it has arrived, or nothing more will come', async () => {
  const [whole, broken] = [createChunkFlight(0, 10), createChunkFlight(1, 10)]
  whole.write(5, bytes(5, 10))
  expect([await stateOf(whole.arrived), await stateOf(broken.arrived)]).toEqual([
    'pending',
    'pending',
  ])
  whole.write(0, bytes(0, 5))
  broken.fail(failure)
  expect([await stateOf(whole.arrived), await stateOf(broken.arrived)]).toEqual([
    'fulfilled',
    'fulfilled',
  ])
  expect(await stateOf(whole.ended)).toBe('pending')
})

test('fails whoever waits, and whoever comes later', async () => {
  const flight = createChunkFlight(0, 100)
  flight.write(0, bytes(0, 50))
  const waiting = flight.read(0, 60)
  flight.fail(failure)
  await expect(waiting).rejects.toBe(failure)
  await expect(flight.read(40, 51)).rejects.toBe(failure)
  expect(await flight.read(0, 50)).toEqual(bytes(0, 50))
  expect(await flight.ended).toBe(failure)
})

test('gives out nothing more of a version that is gone: what is here may be of the next one', async () => {
  const flight = createChunkFlight(0, 100)
  flight.write(0, bytes(0, 50))
  const changed = new DiskCacheError('disk-changed', 'Another version has come.')
  flight.fail(changed)
  await expect(flight.read(0, 50)).rejects.toBe(changed)
})

test('tells when somebody comes to wait for it', async () => {
  const onAwaited = vi.fn<() => void>()
  const flight = createChunkFlight(0, 100, onAwaited)
  flight.write(0, bytes(0, 50))
  await flight.read(0, 50)
  expect(onAwaited).not.toHaveBeenCalled()
  const reads = [flight.read(40, 60), flight.read(0, 100)]
  expect(onAwaited).toHaveBeenCalledOnce()
  expect(flight.isAwaited).toBe(true)
  flight.write(50, bytes(50, 100))
  await Promise.all(reads)
})

test('tells when it has ended, and how', async () => {
  const [good, bad] = [createChunkFlight(0, 10), createChunkFlight(1, 10)]
  expect(await stateOf(good.ended)).toBe('pending')
  good.end(undefined)
  bad.end(failure)
  expect([await good.ended, await bad.ended]).toEqual([undefined, failure])
})

test('an empty chunk is complete from the start', () => {
  expect(createChunkFlight(0, 0).isComplete()).toBe(true)
})

test('a part that will not come fails who waits for some of it, and nobody else', async () => {
  const flight = createChunkFlight(0, 100)
  flight.asked.add({ start: 0, end: 100 })
  flight.write(0, bytes(0, 10))
  const [lost, across, other] = [flight.read(50, 60), flight.read(40, 51), flight.read(0, 50)]
  flight.lose({ start: 50, end: 100 }, failure)
  await expect(lost).rejects.toBe(failure)
  await expect(across).rejects.toBe(failure)
  expect([await stateOf(other), await stateOf(flight.ended)]).toEqual(['pending', 'pending'])
  flight.write(10, bytes(10, 50))
  expect(await other).toEqual(bytes(0, 50))
})

test('who comes for a lost part later fails at once, until it is asked for again', async () => {
  const flight = createChunkFlight(0, 100)
  flight.asked.add({ start: 0, end: 100 })
  flight.lose({ start: 50, end: 100 }, failure)
  await expect(flight.read(90, 100)).rejects.toBe(failure)
  expect(flight.asked.gaps({ start: 0, end: 100 })).toEqual([{ start: 50, end: 100 }])
  flight.asked.add({ start: 50, end: 100 })
  const again = flight.read(90, 100)
  flight.write(50, bytes(50, 100))
  expect(await again).toEqual(bytes(90, 100))
})

test('of a lost part, what is here stays', async () => {
  const flight = createChunkFlight(0, 100)
  flight.asked.add({ start: 0, end: 100 })
  flight.write(50, bytes(50, 60))
  flight.lose({ start: 50, end: 100 }, failure)
  expect(await flight.read(50, 60)).toEqual(bytes(50, 60))
  expect([flight.isArriving(), flight.asked.has({ start: 50, end: 60 })]).toEqual([true, true])
  flight.write(0, bytes(0, 50))
  expect(flight.isArriving()).toBe(false)
})

test('tells of each loss, and tells nobody of one from before', async () => {
  const flight = createChunkFlight(0, 100)
  flight.asked.add({ start: 0, end: 100 })
  const first = flight.lost
  flight.lose({ start: 50, end: 100 }, failure)
  expect(await first).toBe(failure)
  expect(await stateOf(flight.lost)).toBe('pending')
})

test('knows what part of it is arriving', () => {
  const flight = createChunkFlight(0, 100)
  flight.asked.add({ start: 20, end: 60 })
  flight.write(20, bytes(20, 40))
  const parts = [
    [0, 20],
    [0, 40],
    [30, 41],
    [60, 100],
  ] as const
  expect(parts.map(([start, end]) => flight.isArriving({ start, end }))).toEqual([
    false,
    false,
    true,
    false,
  ])
})
