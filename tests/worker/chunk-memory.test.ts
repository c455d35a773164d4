import { expect, test } from 'vitest'
import { DiskCacheError } from '../../src/core/errors.ts'
import { createChunkFlight } from '../../src/worker/chunk-flight.ts'

const failure = new DiskCacheError('storage-failed', 'There is no room.')

function bytes(start: number, end: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: end - start }, (_, at) => (start + at) % 251)
}

test('its memory is freed once it is stored and all who borrowed it have given it back', async () => {
  const flight = createChunkFlight(7, 100)
  const [giveBack, giveBackToo] = [flight.borrow(), flight.borrow()]
  flight.write(0, bytes(0, 100))
  const [first, last] = [await flight.read(0, 50), await flight.read(50, 100)]
  giveBack()
  giveBack()
  flight.end(undefined)
  expect([await flight.read(0, 50), last]).toEqual([bytes(0, 50), bytes(50, 100)])
  giveBackToo()
  expect([first.byteLength, last.byteLength]).toEqual([0, 0])
  await expect(flight.read(0, 50)).rejects.toThrow('The memory of chunk 7 was freed')
  expect(() => flight.bytes()).toThrow('The memory of chunk 7 was freed')
  // Another answer may still bring it.
  expect(flight.write(0, bytes(0, 100))).toEqual([])
})

test('its memory is left alone while it is neither stored nor given up', async () => {
  const [unstored, partial] = [createChunkFlight(0, 100), createChunkFlight(1, 100)]
  unstored.write(0, bytes(0, 100))
  partial.write(0, bytes(0, 50))
  unstored.borrow()()
  partial.borrow()()
  partial.end(undefined)
  expect(await unstored.read(0, 100)).toEqual(bytes(0, 100))
  unstored.end(failure)
  expect(await unstored.read(0, 100)).toEqual(bytes(0, 100))
  expect(await partial.read(0, 50)).toEqual(bytes(0, 50))
})
