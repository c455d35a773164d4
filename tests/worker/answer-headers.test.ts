import { expect, test } from 'vitest'

import type { GenerationRecord } from '../../src/storage/catalog-schema.ts'
import { makeHeaders, validatorsOf } from '../../src/worker/answer-headers.ts'

const createdAt = 1_700_000_000_000
const record: GenerationRecord = {
  id: 'one',
  url: 'https://a.test/d.img',
  identity: { validator: { kind: 'strong', etag: '"a"' }, sizeBytes: 512 },
  state: 'active',
  chunkSize: 512,
  backend: 'idb',
  acceptsRanges: true,
  headers: {
    age: '100',
    'cache-control': 'max-age=60',
    'content-type': 'application/octet-stream',
    date: 'Fri, 02 Jan 2026 03:04:05 GMT',
    etag: '"a"',
  },
  createdAt,
}

function headersOf(
  change: Partial<GenerationRecord> = {},
  context = { nowMs: createdAt, scopeOrigin: 'https://a.test' },
): Headers {
  const facts = { cacheStatus: { outcome: 'hit' }, durationMs: 1.26 } as const
  return makeHeaders({ ...record, ...change }, facts, context)
}

test('gives back what the origin said, and how it was answered', () => {
  expect(Object.fromEntries(headersOf())).toEqual({
    ...record.headers,
    'accept-ranges': 'bytes',
    'cache-status': 'sectorcache; hit',
    'server-timing': 'sectorcache;desc="hit";dur=1.3',
  })
})

test.each([
  ['100', 0, '100'],
  ['100', 999, '100'],
  ['100', 61_000, '161'],
  [undefined, 5_000, '5'],
  ['young', 5_000, '5'],
  ['100', -5_000, '100'],
])('an age of %s grows in %i ms to %s', (age, heldMs, expected) => {
  const headers: Record<string, string> = age === undefined ? {} : { age }
  const context = { nowMs: createdAt + heldMs, scopeOrigin: 'https://a.test' }
  expect(headersOf({ headers }, context).get('age')).toBe(expected)
})

test('lets a cross-origin isolated page have a disk of another origin', () => {
  const context = { nowMs: createdAt, scopeOrigin: 'https://b.test' }
  const policy = 'cross-origin-resource-policy'
  expect(headersOf({}, context).get(policy)).toBe('cross-origin')
  expect(headersOf({ headers: { [policy]: 'same-site' } }, context).get(policy)).toBe('same-site')
  expect(headersOf().get(policy)).toBe(null)
})

test('has the validators that the origin sent', () => {
  expect(validatorsOf(record)).toEqual({
    etag: '"a"',
    lastModified: null,
    date: 'Fri, 02 Jan 2026 03:04:05 GMT',
  })
})
