import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  etagOf,
  identityKey,
  ifRangeFor,
  isSameGeneration,
  readValidator,
} from '../../src/core/generation-identity.ts'
import type { GenerationIdentity, Validator } from '../../src/core/generation-identity.ts'

const lastModified = 'Fri, 02 Jan 2026 03:04:05 GMT'

test.each<[Record<string, string>, Validator]>([
  [{ etag: '"a"' }, { kind: 'strong', etag: '"a"' }],
  [{ etag: ' "a" ' }, { kind: 'strong', etag: '"a"' }],
  [{ etag: 'W/"a"' }, { kind: 'weak', etag: 'W/"a"' }],
  [
    { etag: '"a"', 'last-modified': lastModified },
    { kind: 'strong', etag: '"a"' },
  ],
  [
    { etag: 'W/"a"', 'last-modified': lastModified },
    { kind: 'weak', etag: 'W/"a"' },
  ],
  [{ 'last-modified': lastModified }, { kind: 'date', lastModified }],
  [
    { etag: 'a', 'last-modified': lastModified },
    { kind: 'weak', etag: 'a' },
  ],
  [{ etag: '"a b"' }, { kind: 'weak', etag: '"a b"' }],
  [{ 'last-modified': 'yesterday' }, { kind: 'none' }],
  [{ etag: '', 'last-modified': '' }, { kind: 'none' }],
  [{}, { kind: 'none' }],
])('reads the validator of %j', (fields, validator) => {
  expect(readValidator(new Headers(fields))).toEqual(validator)
})

test.each<[Validator, string | undefined, string | undefined]>([
  [{ kind: 'strong', etag: '"a"' }, '"a"', '"a"'],
  [{ kind: 'weak', etag: 'W/"a"' }, undefined, 'W/"a"'],
  [{ kind: 'date', lastModified }, undefined, undefined],
  [{ kind: 'none' }, undefined, undefined],
])('sends in If-Range of %j only what is strong', (validator, ifRange, etag) => {
  expect([ifRangeFor(validator), etagOf(validator)]).toEqual([ifRange, etag])
})

const opaque = fc.constantFrom('', 'a', 'b', 'none', 'date', '0 none', 'W/')
const validator = fc.oneof(
  opaque.map((text): Validator => ({ kind: 'strong', etag: `"${text}"` })),
  opaque.map((text): Validator => ({ kind: 'weak', etag: `W/"${text}"` })),
  opaque.map((text): Validator => ({ kind: 'weak', etag: `${text}.` })),
  fc
    .constantFrom(lastModified, 'Fri, 02 Jan 2026 03:04:06 GMT')
    .map((date): Validator => ({ kind: 'date', lastModified: date })),
  fc.constant<Validator>({ kind: 'none' }),
)
const identity: fc.Arbitrary<GenerationIdentity> = fc.record({
  validator,
  sizeBytes: fc.constantFrom(0, 1, 11, 2 ** 40, Number.MAX_SAFE_INTEGER),
})

test('keys are equal for equal generations, and for no others', () => {
  fc.assert(
    fc.property(identity, identity, (a, b) => {
      const isEqual = JSON.stringify(a) === JSON.stringify(b)
      expect(identityKey(a) === identityKey(b)).toBe(isEqual)
      expect(isSameGeneration(a, b)).toBe(isEqual)
      expect(identityKey(a)).toBe(identityKey(structuredClone(a)))
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['none', {}],
  [`date ${lastModified}`, { 'last-modified': lastModified }],
])('an ETag without quotes is never taken for the lack of one: %s', (etag, others) => {
  const identities = [{ etag }, others].map((fields: Record<string, string>) => ({
    validator: readValidator(new Headers(fields)),
    sizeBytes: 512,
  }))
  expect(new Set(identities.map(identityKey)).size).toBe(2)
})
