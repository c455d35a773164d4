import { expect, test } from 'vitest'
import { nominatedNames, nominatedText, variesByEverything } from '../../src/core/vary.ts'

test.each([
  ['*', true],
  ['Accept, *', true],
  ['Accept', false],
  ['', false],
  [undefined, false],
])('Vary: %s varies by everything: %s', (vary, expected) => {
  expect(variesByEverything(vary)).toBe(expected)
})

test('names what a response depends on, whatever the order and case', () => {
  expect(nominatedNames('X-Tenant,Accept-Language')).toEqual(['accept-language', 'x-tenant'])
  expect(nominatedNames('accept-language , x-tenant')).toEqual(['accept-language', 'x-tenant'])
})

test('fields that are alike for each request, or hidden, nominate nothing', () => {
  expect(nominatedNames('Accept-Encoding, Origin, Cookie, Sec-CH-UA, Range')).toEqual([])
  expect(nominatedNames(undefined)).toEqual([])
})

test.each([
  [{ 'x-tenant': 'a' }, true],
  [{ 'x-tenant': 'b' }, false],
  [{}, false],
  [{ 'x-tenant': 'a', other: 'field' }, true],
] as const)('what was stored for X-Tenant: a answers %j: %s', (request, expected) => {
  const stored = nominatedText(['x-tenant'], { 'x-tenant': 'a' })
  expect(nominatedText(['x-tenant'], request) === stored).toBe(expected)
})

test('white space in a list tells no requests apart', () => {
  const names = ['accept-language']
  expect(nominatedText(names, { 'accept-language': 'de, en' })).toBe(
    nominatedText(names, { 'accept-language': 'de ,en' }),
  )
})
