import { expect, test } from 'vitest'

import type { ChunkFlight } from '../../src/worker/chunk-flight.ts'
import { createFlightTable } from '../../src/worker/flight-table.ts'

const grid = { sizeBytes: 4 * 512 + 100, chunkSize: 512 }

test('a chunk has one flight, as long as the chunk', () => {
  const flights = createFlightTable(grid)
  flights.takeOff([3, 4])
  const first = flights.of(3)
  flights.takeOff([3])
  expect(flights.of(3)).toBe(first)
  expect([first?.length, flights.of(4)?.length, flights.of(2)]).toEqual([512, 100, undefined])
})

test('what is claimed is not free any more, across chunks', () => {
  const flights = createFlightTable(grid)
  flights.takeOff([0, 1, 3])
  expect(flights.free({ first: 0, end: 5 })).toEqual([
    { start: 0, end: 1024 },
    { start: 1536, end: 2048 },
  ])
  const claim = flights.claim({ start: 500, end: 1600 })
  expect(claim.flights.map(({ index }) => index)).toEqual([0, 1, 3])
  expect(flights.free({ first: 0, end: 5 })).toEqual([
    { start: 0, end: 500 },
    { start: 1600, end: 2048 },
  ])
})

test('a flight is over once', () => {
  const flights = createFlightTable(grid)
  flights.takeOff([0])
  const [flight] = flights.claim({ start: 0, end: 1 }).flights
  if (flight === undefined) throw new Error('no flight')
  expect([flights.has(flight), flights.remove(flight), flights.remove(flight)]).toEqual([
    true,
    true,
    false,
  ])
  flights.takeOff([0])
  expect([flights.has(flight), flights.remove(flight)]).toEqual([false, false])
  expect(flights.takeAll().map(({ index }) => index)).toEqual([0])
  expect(flights.of(0)).toBeUndefined()
})

test('bytes are arriving until they are here, across chunks', () => {
  const flights = createFlightTable(grid)
  flights.takeOff([1, 2])
  const range = { start: 1000, end: 1050 }
  expect(flights.isArriving(range)).toBe(false)
  flights.claim({ start: 900, end: 1100 })
  flights.of(1)?.write(400, new Uint8Array(112))
  expect(flights.isArriving(range)).toBe(true)
  flights.of(2)?.write(0, new Uint8Array(26))
  expect(flights.isArriving(range)).toBe(false)
  expect(flights.isArriving({ start: 1000, end: 1051 })).toBe(true)
  for (const index of [1, 2]) flights.remove(flights.of(index) as ChunkFlight)
  expect(flights.isArriving({ start: 1000, end: 1051 })).toBe(false)
})
