import { expect, test } from 'vitest'
import { variesBy, variesByEverything } from '../../src/core/vary.ts'

test.each([
  ['*', true],
  ['Accept, *', true],
  ['Accept', false],
  ['', false],
  [undefined, false],
])('Vary: %s varies by everything: %s', (vary, expected) => {
  expect(variesByEverything(vary)).toBe(expected)
})

test.each([
  ['X-Tenant', { 'x-tenant': 'a' }, true],
  ['accept-language , x-tenant', { 'x-tenant': '' }, true],
  ['X-Tenant', {}, false],
  ['X-Tenant', { other: 'field' }, false],
  ['Accept-Encoding, Origin, Cookie, Range', { origin: 'x', range: 'y' }, false],
  [undefined, { 'x-tenant': 'a' }, false],
] as const)('Vary: %s varies by %j: %s', (vary, request, expected) => {
  expect(variesBy(vary, request)).toBe(expected)
})
