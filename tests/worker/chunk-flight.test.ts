import fc from 'fast-check'
import { expect, test } from 'vitest'

import { DiskCacheError } from '../../src/core/errors.ts'
import { createChunkFlight } from '../../src/worker/chunk-flight.ts'

const failure = new DiskCacheError('origin-unreachable', 'The connection broke off.')

function bytes(start: number, end: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: end - start }, (_, at) => (start + at) % 251)
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
  expect([flight.index, flight.arrived, flight.isComplete()]).toEqual([3, 200, false])
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
  expect(flight.arrived).toBe(60)
  flight.write(50, bytes(50, 100))
  expect(flight.bytes()).toEqual(bytes(0, 100))
})

test('takes nothing that would leave a hole', () => {
  const flight = createChunkFlight(0, 100)
  flight.write(10, bytes(10, 100))
  expect([flight.arrived, flight.isComplete()]).toEqual([0, false])
})

test('is complete after all its bytes, however they were cut and repeated', () => {
  const piece = fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 1, max: 100 }))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const flight = createChunkFlight(0, 100)
      let arrived = 0
      for (const [offset, length] of pieces) {
        const end = Math.min(offset + length, 100)
        flight.write(offset, bytes(offset, end))
        if (offset <= arrived) arrived = Math.max(arrived, end)
        expect(flight.arrived).toBe(arrived)
      }
      flight.write(arrived, bytes(arrived, 100))
      expect(flight.isComplete()).toBe(true)
      expect(flight.bytes()).toEqual(bytes(0, 100))
    }),
  )
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
