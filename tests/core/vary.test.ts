import { expect, test } from 'vitest'
import { matchesVary, nominatedFields, variesByEverything } from '../../src/core/vary.ts'

test.each([
  ['*', true],
  ['Accept, *', true],
  ['Accept', false],
  ['', false],
  [undefined, false],
])('Vary: %s varies by everything: %s', (vary, expected) => {
  expect(variesByEverything(vary)).toBe(expected)
})

test('remembers the nominated fields with their values, absent ones too', () => {
  expect(nominatedFields('Accept-Language, X-Tenant', { 'accept-language': 'de' })).toEqual({
    'accept-language': 'de',
    'x-tenant': '',
  })
})

test('fields that are alike for each request, or hidden, nominate nothing', () => {
  expect(nominatedFields('Accept-Encoding, Origin, Cookie, Sec-CH-UA, Range', {})).toBe(undefined)
  expect(nominatedFields(undefined, {})).toBe(undefined)
})

test.each([
  [{ 'x-tenant': 'a' }, true],
  [{ 'x-tenant': 'b' }, false],
  [{}, false],
  [{ 'x-tenant': 'a', other: 'field' }, true],
] as const)('what was stored for X-Tenant: a answers %j: %s', (request, expected) => {
  const nominated = nominatedFields('x-tenant', { 'x-tenant': 'a' })
  expect(matchesVary(nominated, request)).toBe(expected)
})

test('white space in a list tells no requests apart', () => {
  const nominated = nominatedFields('accept-language', { 'accept-language': 'de, en' })
  expect(matchesVary(nominated, { 'accept-language': 'de ,en' })).toBe(true)
})

test('a response that does not vary answers every request', () => {
  expect(matchesVary(undefined, { accept: 'a/b' })).toBe(true)
})
