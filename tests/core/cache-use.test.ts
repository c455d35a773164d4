import { expect, test } from 'vitest'
import { cacheUseOf } from '../../src/core/cache-use.ts'
import type { CacheUse } from '../../src/core/cache-use.ts'

function useOf(cacheMode: string, fields: Record<string, string> = {}): CacheUse {
  return cacheUseOf({ cacheMode, headers: new Headers(fields) })
}

test.each<[string, CacheUse]>([
  ['default', 'default'],
  ['force-cache', 'default'],
  ['no-cache', 'validate'],
  ['reload', 'validate'],
  ['no-store', 'bypass'],
  ['only-if-cached', 'only-stored'],
])('the cache mode %s means %s', (mode, use) => {
  expect(useOf(mode)).toBe(use)
})

test.each<[Record<string, string>, CacheUse]>([
  [{ 'Cache-Control': 'no-cache' }, 'validate'],
  [{ 'Cache-Control': 'No-Cache, max-age=5' }, 'validate'],
  [{ 'Cache-Control': 'max-age=0' }, 'validate'],
  [{ 'Cache-Control': 'max-age="0"' }, 'validate'],
  [{ 'Cache-Control': 'max-age=60' }, 'default'],
  [{ 'Cache-Control': 'max-age' }, 'default'],
  [{ 'Cache-Control': 'no-store' }, 'bypass'],
  [{ 'Cache-Control': 'no-cache, no-store' }, 'bypass'],
  [{ 'Cache-Control': 'only-if-cached' }, 'only-stored'],
  [{ 'Cache-Control': 'ext="no-store"' }, 'default'],
  [{ Pragma: 'no-cache' }, 'validate'],
  [{ Pragma: 'no-cache', 'Cache-Control': 'max-stale' }, 'default'],
  [{ Pragma: 'x-no-cache-please' }, 'default'],
  [{}, 'default'],
])('the fields %j mean %s', (fields, use) => {
  expect(useOf('default', fields)).toBe(use)
})

test.each(['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'If-Range'])(
  'the mode no-cache of a request with %s comes from the browser, and means nothing',
  (name) => {
    expect(useOf('no-cache', { [name]: '"a"' })).toBe('default')
    expect(useOf('reload', { [name]: '"a"' })).toBe('validate')
  },
)

test.each(['default', 'no-cache', 'reload', 'force-cache'])(
  'no-store as a field stands above the mode %s',
  (mode) => {
    expect(useOf(mode, { 'Cache-Control': 'no-store' })).toBe('bypass')
  },
)
