import { expect, test } from 'vitest'

import type { StoredFields } from '../../src/core/stored-fields.ts'
import { makeFields, validatorsOf } from '../../src/worker/answer-headers.ts'

const receivedAt = 1_700_000_000_000
const stored: StoredFields = {
  headers: {
    age: '100',
    'cache-control': 'max-age=60',
    'content-type': 'application/octet-stream',
    date: 'Fri, 02 Jan 2026 03:04:05 GMT',
    etag: '"a"',
  },
  receivedAt,
}

function fieldsOf(
  headers: StoredFields['headers'] = stored.headers,
  context = { nowMs: receivedAt, isCrossOrigin: false },
): ReturnType<typeof makeFields> {
  const facts = { cacheStatus: { outcome: 'hit' }, durationMs: 1.26 } as const
  return makeFields({ headers, receivedAt }, facts, context)
}

test('gives back what the origin said, and how it was answered', () => {
  expect(fieldsOf()).toEqual({
    ...stored.headers,
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
  const context = { nowMs: receivedAt + heldMs, isCrossOrigin: false }
  expect(fieldsOf(headers, context)['age']).toBe(expected)
})

test('lets a cross-origin isolated page have a disk of another origin', () => {
  const context = { nowMs: receivedAt, isCrossOrigin: true }
  const policy = 'cross-origin-resource-policy'
  expect(fieldsOf({}, context)[policy]).toBe('cross-origin')
  expect(fieldsOf({ [policy]: 'same-site' }, context)[policy]).toBe('same-site')
  expect(fieldsOf()[policy]).toBe(undefined)
})

test('has the date of arrival where the origin tells none', () => {
  expect(fieldsOf({})['date']).toBe('Tue, 14 Nov 2023 22:13:20 GMT')
})

test('has the validators that the origin sent', () => {
  expect(validatorsOf(stored)).toEqual({
    etag: '"a"',
    lastModified: null,
    date: 'Fri, 02 Jan 2026 03:04:05 GMT',
  })
})
