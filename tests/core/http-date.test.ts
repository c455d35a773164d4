import { expect, test, vi } from 'vitest'

import { parseHttpDate } from '../../src/core/http-date.ts'

const ms = Date.parse('1994-11-06T08:49:37Z')

test.each([
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  ' Sun, 06 Nov 1994 08:49:37 GMT ',
])('reads %j, wherever the clock stands', (text) => {
  for (const zone of ['UTC', 'America/New_York', 'Asia/Kolkata']) {
    vi.stubEnv('TZ', zone)
    expect(parseHttpDate(text)).toBe(ms)
  }
  vi.unstubAllEnvs()
})

test.each([
  null,
  undefined,
  '',
  '0',
  '1994',
  '784111777',
  'yesterday',
  '1994-11-06T08:49:37Z',
  '6 Nov 1994',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 EST',
  'Sun, 06 Nov 1994 08:49:37 +0100',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun, 06 Foo 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:99:37 GMT',
])('knows that %j is no HTTP date', (text) => {
  expect(parseHttpDate(text)).toBe(NaN)
})
