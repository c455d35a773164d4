import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatCacheStatus } from '../../src/core/cache-status.ts'
import type { CacheStatus } from '../../src/core/cache-status.ts'
import { DiskCacheError, diskCacheErrorCodes } from '../../src/core/errors.ts'
import { problemContentType, toProblem } from '../../src/core/problem.ts'
import { findStoreObstacle } from '../../src/core/storability.ts'
import type { StoreObstacle } from '../../src/core/storability.ts'

test.each<[CacheStatus, string]>([
  [{ outcome: 'hit' }, 'sectorcache; hit'],
  [{ outcome: 'miss' }, 'sectorcache; fwd=miss'],
  [
    { outcome: 'miss', forwardStatus: 206, stored: true },
    'sectorcache; fwd=miss; fwd-status=206; stored',
  ],
  [{ outcome: 'partial', stored: false }, 'sectorcache; fwd=partial'],
  [{ outcome: 'stale' }, 'sectorcache; fwd=stale'],
  [
    { outcome: 'miss', detail: 'a "b" \\ c\n€' },
    'sectorcache; fwd=miss; detail="a \\"b\\" \\\\ c??"',
  ],
  [{ outcome: 'bypass', detail: 'no-store' }, 'sectorcache; fwd=bypass; detail="no-store"'],
])('writes Cache-Status of %j', (status, field) => {
  expect(formatCacheStatus(status)).toBe(field)
})

test('writes any detail as a string of RFC 9651 section 3.3.3', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (detail) => {
      const field = formatCacheStatus({ outcome: 'hit', detail })
      expect(field).toMatch(
        /^sectorcache; hit; detail="(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/,
      )
      const text = field.slice('sectorcache; hit; detail="'.length, -1).replace(/\\(.)/g, '$1')
      expect(text).toBe(detail.replace(/[^\x20-\x7e]/g, '?'))
    }),
  )
})

test('every failure is a 502, 503 or 504 that names its code', () => {
  for (const code of diskCacheErrorCodes) {
    const problem = toProblem(new DiskCacheError(code, 'what to do'))
    expect([502, 503, 504]).toContain(problem.status)
    expect(problem).toMatchObject({
      type: `urn:sectorcache:error:${code}`,
      title: expect.stringMatching(/\w/) as unknown,
      detail: 'what to do',
      code,
    })
  }
  expect(problemContentType).toBe('application/problem+json')
})

test.each([
  ['origin-status', { status: 404 }, 502],
  ['origin-status', { status: 500 }, 502],
  ['origin-status', { status: 429 }, 503],
  ['origin-status', { status: 503 }, 503],
  ['origin-bad-response', {}, 502],
  ['origin-unreachable', {}, 503],
  ['origin-unreachable', { timedOut: false }, 503],
  ['origin-unreachable', { timedOut: true }, 504],
  ['disk-changed', {}, 503],
  ['storage-failed', {}, 503],
] as const)('answers %s %j with %i', (code, details, status) => {
  expect(toProblem(new DiskCacheError(code, '', { details })).status).toBe(status)
})

test('a problem tells URL and range, and no other details', () => {
  const range = { start: 0, end: 512 }
  const details = { url: 'https://a.test/d.img', range, secret: 'token' }
  expect(toProblem(new DiskCacheError('disk-changed', 'Reload.', { details }))).toEqual({
    type: 'urn:sectorcache:error:disk-changed',
    title: 'This disk has changed at its origin',
    status: 503,
    detail: 'Reload.',
    code: 'disk-changed',
    url: 'https://a.test/d.img',
    range,
  })
})

const strong = { kind: 'strong', etag: '"a"' } as const
const careful = { assumeImmutable: 'off', private: 'off' } as const

test.each<[string | undefined, StoreObstacle | undefined]>([
  [undefined, undefined],
  ['', undefined],
  ['max-age=0, must-revalidate', undefined],
  ['no-cache', undefined],
  ['public, max-age=31536000, immutable', undefined],
  ['no-store', 'no-store'],
  ['max-age=60 , NO-STORE', 'no-store'],
  ['private', 'private'],
  ['Private, max-age=60', 'private'],
  ['private="set-cookie"', 'private'],
  ['private, no-store', 'no-store'],
  ['x-no-store', undefined],
  ['ext="private"', undefined],
  ['ext="a, no-store, b"', undefined],
])('Cache-Control %j allows storing, unless %j', (cacheControl, obstacle) => {
  const headers = cacheControl === undefined ? {} : { 'cache-control': cacheControl }
  expect(findStoreObstacle({ validator: strong }, headers, careful)).toBe(obstacle)
  const options = { ...careful, private: 'on' } as const
  expect(findStoreObstacle({ validator: strong }, headers, options)).toBe(undefined)
})

test.each([
  ['*', 'varies'],
  ['Accept, *', 'varies'],
  ['Accept-Encoding, Origin', undefined],
] as const)('Vary %j allows storing, unless %j', (vary, obstacle) => {
  expect(findStoreObstacle({ validator: strong }, { vary }, careful)).toBe(obstacle)
  expect(findStoreObstacle({ validator: strong }, { vary }, { ...careful, private: 'on' })).toBe(
    obstacle,
  )
})

test('a disk without validator is stored only if it is said never to change', () => {
  const disk = { validator: { kind: 'none' } } as const
  expect(findStoreObstacle(disk, {}, careful)).toBe('no-validator')
  expect(findStoreObstacle(disk, {}, { ...careful, private: 'on' })).toBe('no-validator')
  expect(findStoreObstacle(disk, {}, { ...careful, assumeImmutable: 'on' })).toBe(undefined)
  const both = { 'cache-control': 'no-store' }
  expect(findStoreObstacle(disk, both, { ...careful, assumeImmutable: 'on' })).toBe('no-store')
})
