import fc from 'fast-check'
import { expect, test } from 'vitest'

import { checksumBytes, chunksPerPage } from '../../src/storage/catalog-schema.ts'
import { computeChecksum } from '../../src/storage/checksum.ts'
import {
  checksumOf,
  createPage,
  isPresent,
  isZero,
  markMissing,
  markStored,
  pageOf,
} from '../../src/storage/coverage-page.ts'
import { isAllZero } from '../../src/storage/is-all-zero.ts'

test('sees one byte that is not zero, wherever it is and however the view is aligned', () => {
  const view = fc.record({
    offset: fc.integer({ min: 0, max: 20 }),
    length: fc.integer({ min: 0, max: 70 }),
    at: fc.integer({ min: 0, max: 69 }),
  })
  fc.assert(
    fc.property(view, ({ offset, length, at }) => {
      const buffer = new Uint8Array(100).fill(7)
      const bytes = buffer.subarray(offset, offset + length).fill(0)
      expect(isAllZero(bytes)).toBe(true)
      if (at >= length) return
      bytes[at] = 1
      expect(isAllZero(bytes)).toBe(false)
    }),
  )
})

test('a checksum is the first eight bytes of SHA-256', async () => {
  const checksum = await computeChecksum(new TextEncoder().encode('abc'))
  const hex = [...checksum].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  expect(hex).toBe('ba7816bf8f01cfea')
})

test('a page keeps presence, zero flag and checksum of each chunk apart', () => {
  const page = createPage()
  const checksum = (seed: number): Uint8Array => new Uint8Array(checksumBytes).fill(seed)
  const first = 5 * chunksPerPage
  markStored(page, { index: first, zero: true, checksum: checksum(1) })
  markStored(page, { index: first + 1, zero: false, checksum: checksum(2) })
  markStored(page, { index: first + chunksPerPage - 1, zero: false, checksum: checksum(3) })
  const facts = [0, 1, 2, chunksPerPage - 1].map((slot) => [
    isPresent(page, first + slot),
    isZero(page, first + slot),
    checksumOf(page, first + slot)[0],
  ])
  expect(facts).toEqual([
    [true, true, 1],
    [true, false, 2],
    [false, false, 0],
    [true, false, 3],
  ])
  markMissing(page, first)
  expect([isPresent(page, first), isZero(page, first), isPresent(page, first + 1)]).toEqual([
    false,
    false,
    true,
  ])
})

test('a chunk that is stored again with data is no longer zero', () => {
  const page = createPage()
  markStored(page, { index: 3, zero: true, checksum: new Uint8Array(8) })
  markStored(page, { index: 3, zero: false, checksum: new Uint8Array(8) })
  expect([isPresent(page, 3), isZero(page, 3)]).toEqual([true, false])
})

test('a chunk is on the page that its index is divided to', () => {
  expect([0, 1023, 1024, 2 ** 31].map(pageOf)).toEqual([0, 0, 1, 2 ** 21])
})
