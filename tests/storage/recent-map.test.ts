import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createRecentMap } from '../../src/storage/recent-map.ts'

test('forgets what was used least recently', () => {
  const map = createRecentMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(map.get('a')).toBe(1)
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
})

test('writing counts as use', () => {
  const map = createRecentMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  map.set('c', 4)
  expect([map.get('a'), map.get('b')]).toEqual([3, undefined])
})

test('forgets what it is told to', () => {
  const map = createRecentMap<string, number>(3)
  for (const key of ['a', 'b', 'c']) map.set(key, 1)
  map.delete('a')
  expect([map.get('a'), map.get('b')]).toEqual([undefined, 1])
  map.clear()
  expect(map.get('b')).toBe(undefined)
})

test('behaves as a list that is cut at its limit', () => {
  const key = fc.integer({ min: 0, max: 6 })
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), key, value: fc.nat() }),
    fc.record({ kind: fc.constant('get' as const), key }),
    fc.record({ kind: fc.constant('delete' as const), key }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { maxLength: 40 }),
      (limit, steps) => {
        const map = createRecentMap<number, number>(limit)
        let model: [number, number][] = []
        for (const one of steps) {
          const known = model.find(([candidate]) => candidate === one.key)
          if (one.kind === 'get') expect(map.get(one.key)).toBe(known?.[1])
          model = model.filter((entry) => entry !== known)
          if (one.kind === 'get' && known !== undefined) model.push(known)
          if (one.kind === 'set') {
            map.set(one.key, one.value)
            model = [...model, [one.key, one.value] as [number, number]].slice(-limit)
          }
          if (one.kind === 'delete') map.delete(one.key)
        }
      },
    ),
  )
})
