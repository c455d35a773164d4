import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  matchesStrongly,
  matchesWeakly,
  parseEntityTag,
  parseEntityTagList,
} from '../../src/core/entity-tag.ts'
import type { EntityTag } from '../../src/core/entity-tag.ts'

function write({ opaque, weak }: EntityTag): string {
  return `${weak ? 'W/' : ''}"${opaque}"`
}

const tag = fc.record({
  opaque: fc.string({ unit: fc.constantFrom(...'!#aZ0~,;W/\\\u0080\u00ff') }),
  weak: fc.boolean(),
})

test.each([
  ['"xyzzy"', { opaque: 'xyzzy', weak: false }],
  ['W/"xyzzy"', { opaque: 'xyzzy', weak: true }],
  ['""', { opaque: '', weak: false }],
  ['W/""', { opaque: '', weak: true }],
  [' "a" ', { opaque: 'a', weak: false }],
  ['"a,b"', { opaque: 'a,b', weak: false }],
  ['"\\"', { opaque: '\\', weak: false }],
])('reads the entity tag %j', (text, expected) => {
  expect(parseEntityTag(text)).toEqual(expected)
})

test.each([
  '',
  '*',
  'xyzzy',
  '"xyzzy',
  'xyzzy"',
  'w/"xyzzy"',
  'W/ "xyzzy"',
  'W/xyzzy',
  '"a"b"',
  '"a b"',
  '"a\u007f"',
  '"a\tb"',
  '"€"',
  '"a", "b"',
])('knows that %j is no entity tag', (text) => {
  expect(parseEntityTag(text)).toBe(undefined)
})

test('reads the tags of a list, whatever stands between them', () => {
  const comma = fc.constantFrom(',', ', ', ' ,\t', ',,', ', ,')
  fc.assert(
    fc.property(fc.array(tag), comma, (tags, separator) => {
      expect(parseEntityTagList(tags.map(write).join(separator))).toEqual(tags)
    }),
  )
})

test.each(['*', ' * '])('reads %j as any', (text) => {
  expect(parseEntityTagList(text)).toBe('*')
})

test.each([
  ['', []],
  ['"a", b, "c"', ['a', 'c']],
  ['"a b", "c"', ['c']],
  ['w/"a", "b"', ['b']],
  ['x"a", "b"', ['b']],
  ['"a"x, "b"', ['b']],
])('leaves out what is no entity tag in %j', (text, opaque) => {
  const tags = parseEntityTagList(text)
  expect(tags === '*' ? tags : tags.map((one) => one.opaque)).toEqual(opaque)
})

test.each([
  ['W/"1"', 'W/"1"', false, true],
  ['W/"1"', 'W/"2"', false, false],
  ['W/"1"', '"1"', false, true],
  ['"1"', '"1"', true, true],
])('compares %s with %s as RFC 9110 section 8.8.3.2 does', (a, b, strongly, weakly) => {
  const [one, other] = [parseEntityTag(a), parseEntityTag(b)]
  if (one === undefined || other === undefined) throw new Error('no entity tag')
  expect([matchesStrongly(one, other), matchesStrongly(other, one)]).toEqual([strongly, strongly])
  expect([matchesWeakly(one, other), matchesWeakly(other, one)]).toEqual([weakly, weakly])
})
