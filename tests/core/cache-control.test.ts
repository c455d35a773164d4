import { expect, test } from 'vitest'
import { parseCacheControl } from '../../src/core/cache-control.ts'

test.each<[string | null | undefined, [string, string][]]>([
  [null, []],
  [undefined, []],
  ['', []],
  [' , ,', []],
  ['no-store', [['no-store', '']]],
  ['Max-Age=60', [['max-age', '60']]],
  ['max-age="60"', [['max-age', '60']]],
  [
    'private="a, b", no-cache',
    [
      ['private', 'a, b'],
      ['no-cache', ''],
    ],
  ],
  ['ext="say \\"no-store\\""', [['ext', 'say "no-store"']]],
  ['max-age=1, max-age=2', [['max-age', '1']]],
  ['max-age=', [['max-age', '']]],
])('reads %j', (value, directives) => {
  expect([...parseCacheControl(value)]).toEqual(directives)
})
