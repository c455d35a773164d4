import { expect, test } from 'vitest'
import { DiskCacheError } from '../../src/core/errors.ts'
import { createChunkFlight } from '../../src/worker/chunk-flight.ts'

const failure = new DiskCacheError('storage-failed', 'There is no room.')

function bytes(start: number, end: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: end - start }, (_, at) => (start + at) % 251)
}

for (const [outcome, error] of [
  ['stored', undefined],
  ['refused by the store', failure],
] as const) {
  test(`the memory of a chunk that was ${outcome} is freed once all who borrowed it have given it back`, async () => {
    const flight = createChunkFlight(7, 100)
    const [giveBack, giveBackToo] = [flight.borrow(), flight.borrow()]
    flight.write(0, bytes(0, 100))
    const [first, last] = [await flight.read(0, 50), await flight.read(50, 100)]
    giveBack()
    giveBack()
    flight.end(error)
    expect([await flight.read(0, 50), last]).toEqual([bytes(0, 50), bytes(50, 100)])
    giveBackToo()
    expect([first.byteLength, last.byteLength]).toEqual([0, 0])
    await expect(flight.read(0, 50)).rejects.toThrow('The memory of chunk 7 was freed')
    expect(() => flight.bytes()).toThrow('The memory of chunk 7 was freed')
    // Another answer may still bring it.
    expect(flight.write(0, bytes(0, 100))).toEqual([])
  })
}

test('the memory of a chunk that has not ended, or failed while it was perhaps being stored, is left alone', async () => {
  const [whole, partial] = [createChunkFlight(0, 100), createChunkFlight(1, 100)]
  whole.write(0, bytes(0, 100))
  partial.write(0, bytes(0, 50))
  whole.borrow()()
  partial.borrow()()
  expect(await whole.read(0, 100)).toEqual(bytes(0, 100))
  whole.fail(failure)
  partial.end(undefined)
  expect(whole.bytes()).toEqual(bytes(0, 100))
  expect(await partial.read(0, 50)).toEqual(bytes(0, 50))
  // Storing it has come to its end, too.
  whole.end(failure)
  expect(() => whole.bytes()).toThrow('The memory of chunk 0 was freed')
})
