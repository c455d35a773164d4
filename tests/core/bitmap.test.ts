import fc from 'fast-check'
import { expect, test } from 'vitest'

import { bitsOf, countBits, createBitmap, hasBit, setBit } from '../../src/core/bitmap.ts'

const length = 77
const step = fc.tuple(fc.integer({ min: 0, max: length - 1 }), fc.boolean())

test('is a set of integers', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 5000 }), (steps, offset) => {
      const bitmap = createBitmap(length)
      const model = new Set<number>()
      for (const [index, value] of steps) {
        setBit(bitmap, index, value)
        if (value) model.add(index)
        else model.delete(index)
      }
      const sorted = [...model].sort((a, b) => a - b)
      expect([...bitsOf(bitmap)]).toEqual(sorted)
      expect([...bitsOf(bitmap, offset)]).toEqual(sorted.map((index) => index + offset))
      expect(countBits(bitmap)).toBe(model.size)
      for (let index = 0; index < length; index++) {
        expect(hasBit(bitmap, index)).toBe(model.has(index))
      }
    }),
  )
})

test('has no bit beyond its end', () => {
  const bitmap = createBitmap(8)
  expect(bitmap.byteLength).toBe(1)
  setBit(bitmap, 7)
  expect([hasBit(bitmap, 7), hasBit(bitmap, 8), hasBit(bitmap, 1_000_000)]).toEqual([
    true,
    false,
    false,
  ])
})

test('keeps the lowest bit of the first byte first', () => {
  const bitmap = createBitmap(16)
  setBit(bitmap, 0)
  setBit(bitmap, 9)
  expect([...bitmap]).toEqual([1, 2])
})
