import { afterEach, expect, test, vi } from 'vitest'

import { evaluatePreconditions, isRangeApplicable } from '../../src/core/preconditions.ts'
import type { PreconditionOutcome, StoredValidators } from '../../src/core/preconditions.ts'

const modified = 'Fri, 02 Jan 2026 03:04:05 GMT'
const before = 'Fri, 02 Jan 2026 03:04:04 GMT'
const after = 'Fri, 02 Jan 2026 03:04:06 GMT'
const date = 'Sat, 03 Jan 2026 00:00:00 GMT'

const strong: StoredValidators = { etag: '"a"', lastModified: modified, date }
const weak: StoredValidators = { etag: 'W/"a"', lastModified: modified, date }
const dated: StoredValidators = { etag: null, lastModified: modified, date }
const bare: StoredValidators = { etag: null, lastModified: null, date }

afterEach(() => vi.unstubAllEnvs())

type Row = readonly [
  section: string,
  fields: Record<string, string>,
  stored: StoredValidators,
  outcome: PreconditionOutcome,
]

test.each<Row>([
  ['13.2.2', {}, strong, 'proceed'],
  // If-Match
  ['13.1.1: listed', { 'If-Match': '"b", "a"' }, strong, 'proceed'],
  ['13.1.1: not listed', { 'If-Match': '"b", "c"' }, strong, 'failed'],
  ['13.1.1: any', { 'If-Match': '*' }, strong, 'proceed'],
  ['13.1.1: any, without a tag', { 'If-Match': '*' }, bare, 'proceed'],
  ['13.1.1: without a tag', { 'If-Match': '"a"' }, dated, 'failed'],
  ['13.1.1: compared strongly', { 'If-Match': 'W/"a"' }, weak, 'failed'],
  ['13.1.1: compared strongly', { 'If-Match': '"a"' }, weak, 'failed'],
  ['13.1.1: compared strongly', { 'If-Match': 'W/"a"' }, strong, 'failed'],
  // If-None-Match
  ['13.1.2: listed', { 'If-None-Match': '"b", "a"' }, strong, 'not-modified'],
  ['13.1.2: not listed', { 'If-None-Match': '"b"' }, strong, 'proceed'],
  ['13.1.2: any', { 'If-None-Match': '*' }, strong, 'not-modified'],
  ['13.1.2: any, without a tag', { 'If-None-Match': '*' }, bare, 'not-modified'],
  ['13.1.2: without a tag', { 'If-None-Match': '"a"' }, dated, 'proceed'],
  ['13.1.2: compared weakly', { 'If-None-Match': 'W/"a"' }, strong, 'not-modified'],
  ['13.1.2: compared weakly', { 'If-None-Match': '"a"' }, weak, 'not-modified'],
  // If-Modified-Since
  ['13.1.3: equal', { 'If-Modified-Since': modified }, strong, 'not-modified'],
  ['13.1.3: later', { 'If-Modified-Since': after }, strong, 'not-modified'],
  ['13.1.3: earlier', { 'If-Modified-Since': before }, strong, 'proceed'],
  ['13.1.3: without a date', { 'If-Modified-Since': after }, bare, 'proceed'],
  ['13.1.3: no HTTP date', { 'If-Modified-Since': 'tomorrow' }, strong, 'proceed'],
  ['13.1.3: no HTTP date', { 'If-Modified-Since': '2099' }, strong, 'proceed'],
  ['13.1.3: no HTTP date', { 'If-Modified-Since': '2099-01-01T00:00:00Z' }, strong, 'proceed'],
  // If-Unmodified-Since
  ['13.1.4: equal', { 'If-Unmodified-Since': modified }, strong, 'proceed'],
  ['13.1.4: later', { 'If-Unmodified-Since': after }, strong, 'proceed'],
  ['13.1.4: earlier', { 'If-Unmodified-Since': before }, strong, 'failed'],
  ['13.1.4: without a date', { 'If-Unmodified-Since': before }, bare, 'proceed'],
  ['13.1.4: no HTTP date', { 'If-Unmodified-Since': 'never' }, strong, 'proceed'],
  ['13.1.4: no HTTP date', { 'If-Unmodified-Since': '1999' }, strong, 'proceed'],
  // The order
  [
    '13.2.2 step 2: If-Match silences If-Unmodified-Since',
    { 'If-Match': '"a"', 'If-Unmodified-Since': before },
    strong,
    'proceed',
  ],
  [
    '13.2.2 step 1: If-Match goes before If-None-Match',
    { 'If-Match': '"b"', 'If-None-Match': '"a"' },
    strong,
    'failed',
  ],
  [
    '13.2.2 step 3: If-None-Match silences If-Modified-Since',
    { 'If-None-Match': '"b"', 'If-Modified-Since': after },
    strong,
    'proceed',
  ],
  [
    '13.2.2 step 3: a true If-Match goes on to If-None-Match',
    { 'If-Match': '"a"', 'If-None-Match': '"a"' },
    strong,
    'not-modified',
  ],
  [
    '13.2.2 step 2: If-Unmodified-Since goes before If-None-Match',
    { 'If-Unmodified-Since': before, 'If-None-Match': '"a"' },
    strong,
    'failed',
  ],
])('RFC 9110 section %s: %j', (_, fields, stored, outcome) => {
  expect(evaluatePreconditions(new Headers(fields), stored)).toBe(outcome)
})

test.each<readonly [string, string | undefined, StoredValidators, boolean]>([
  ['13.1.5: absent', undefined, strong, true],
  ['13.1.5: the tag', '"a"', strong, true],
  ['13.1.5: another tag', '"b"', strong, false],
  ['13.1.5: a weak tag', 'W/"a"', weak, false],
  ['13.1.5: a weak tag', 'W/"a"', strong, false],
  ['13.1.5: the tag of a weak one', '"a"', weak, false],
  ['13.1.5: a tag where there is none', '"a"', dated, false],
  ['13.1.5: a list', '"a", "b"', strong, false],
  ['13.1.5: any', '*', strong, false],
  ['13.1.5: nonsense', 'a', strong, false],
  ['13.1.5: the date', modified, dated, true],
  ['13.1.5: a later date', after, dated, false],
  ['13.1.5: an earlier date', before, dated, false],
  ['13.1.5: a date where there is none', modified, bare, false],
  [
    '8.8.2.2: a date of less than a minute before Date is weak',
    modified,
    { ...dated, date: 'Fri, 02 Jan 2026 03:05:04 GMT' },
    false,
  ],
  [
    '8.8.2.2: a date of a minute before Date is strong',
    modified,
    { ...dated, date: 'Fri, 02 Jan 2026 03:05:05 GMT' },
    true,
  ],
  ['8.8.2.2: a date without Date', modified, { ...dated, date: null }, false],
])('RFC 9110 section %s: If-Range %j', (_, ifRange, stored, expected) => {
  const headers = new Headers(ifRange === undefined ? {} : { 'If-Range': ifRange })
  expect(isRangeApplicable(headers, stored)).toBe(expected)
})

test.each([
  ['IMF-fixdate', 'Fri, 02 Jan 2026 03:04:05 GMT', 'Fri, 02 Jan 2026 03:04:04 GMT'],
  ['RFC 850', 'Friday, 02-Jan-26 03:04:05 GMT', 'Friday, 02-Jan-26 03:04:04 GMT'],
  ['asctime', 'Fri Jan  2 03:04:05 2026', 'Fri Jan  2 03:04:04 2026'],
])('RFC 9110 section 5.6.7: reads a date as %s, in GMT', (_, equal, earlier) => {
  vi.stubEnv('TZ', 'America/New_York')
  const outcome = (since: string): PreconditionOutcome =>
    evaluatePreconditions(new Headers({ 'If-Modified-Since': since }), strong)
  expect([outcome(equal), outcome(earlier)]).toEqual(['not-modified', 'proceed'])
})
