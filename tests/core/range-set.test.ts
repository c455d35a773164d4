import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createRangeSet } from '../../src/core/range-set.ts'

test('an empty set has nothing, but every empty range', () => {
  const set = createRangeSet()
  expect(set.byteLength).toBe(0)
  expect(set.has({ start: 5, end: 5 })).toBe(true)
  expect(set.has({ start: 5, end: 6 })).toBe(false)
  expect(set.gaps({ start: 5, end: 9 })).toEqual([{ start: 5, end: 9 }])
})

test('ranges that touch become one', () => {
  const set = createRangeSet()
  set.add({ start: 10, end: 20 })
  set.add({ start: 30, end: 40 })
  expect(set.gaps({ start: 0, end: 50 })).toEqual([
    { start: 0, end: 10 },
    { start: 20, end: 30 },
    { start: 40, end: 50 },
  ])
  set.add({ start: 20, end: 30 })
  expect(set.gaps({ start: 0, end: 50 })).toEqual([
    { start: 0, end: 10 },
    { start: 40, end: 50 },
  ])
  expect(set.byteLength).toBe(30)
})

const range = fc
  .tuple(fc.nat(40), fc.nat(12))
  .map(([start, length]) => ({ start, end: start + length }))

const step = fc.record({ what: fc.constantFrom('add', 'remove'), range })

test('it tells of each byte whether it was added, and not removed since', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), range, (steps, within) => {
      const set = createRangeSet()
      const bytes = new Set<number>()
      for (const { what, range: changed } of steps) {
        set[what](changed)
        for (let at = changed.start; at < changed.end; at++) {
          if (what === 'add') bytes.add(at)
          else bytes.delete(at)
        }
      }
      const missing = new Set<number>()
      for (const { start, end } of set.gaps(within)) {
        expect(start).toBeLessThan(end)
        for (let at = start; at < end; at++) missing.add(at)
      }
      for (let at = within.start; at < within.end; at++) {
        expect(missing.has(at)).toBe(!bytes.has(at))
      }
      expect(set.byteLength).toBe(bytes.size)
      expect(set.has(within)).toBe(missing.size === 0)
    }),
  )
})
