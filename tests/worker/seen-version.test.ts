import { expect, test } from 'vitest'
import { untoldVersion } from '../../src/core/generation-identity.ts'
import type { GenerationIdentity } from '../../src/core/generation-identity.ts'
import { assertWithout, isSeenAs, seenVersion } from '../../src/worker/seen-version.ts'

const session: GenerationIdentity = {
  validator: { kind: 'strong', etag: '"a"' },
  sizeBytes: 1000,
}

function see(status: number, headers: Record<string, string>): ReturnType<typeof seenVersion> {
  return seenVersion(new Response(null, { status, headers }))
}

test.each([
  [206, { ETag: '"a"', 'Content-Range': 'bytes 0-9/1000' }, true],
  [206, { ETag: '"a"', 'Content-Range': 'bytes 0-9/1001' }, false],
  [206, { ETag: '"a"', 'Content-Range': 'bytes 0-9/*' }, true],
  [206, { ETag: '"b"', 'Content-Range': 'bytes 0-9/1000' }, false],
  [206, { ETag: 'W/"a"', 'Content-Range': 'bytes 0-9/1000' }, false],
  [200, { ETag: '"a"', 'Content-Length': '1000' }, true],
  [200, { ETag: '"a"', 'Content-Length': '999' }, false],
  [200, { ETag: '"a"' }, true],
  [200, { ETag: '"b"' }, false],
] as const)('%i with %j is the version of the session: %s', (status, headers, expected) => {
  expect(isSeenAs(session, see(status, headers))).toBe(expected)
})

test('whatever is seen may be the version of a session of which nobody could tell it', () => {
  for (const fields of [
    { ETag: '"a"', 'Content-Length': '1000' },
    { 'Content-Encoding': 'gzip' },
  ]) {
    expect(isSeenAs(untoldVersion, see(200, fields))).toBe(true)
  }
})

test.each([
  ['W/"a"', true],
  ['"a"', true],
  ['W/"b"', false],
] as const)(
  'what is compressed on the way may have a weak tag, and any length: %s, %s',
  (etag, expected) => {
    const headers = { ETag: etag, 'Content-Encoding': 'gzip', 'Content-Length': '77' }
    expect(isSeenAs(session, see(200, headers))).toBe(expected)
    expect(see(200, headers).identity.sizeBytes).toBe(undefined)
  },
)

test('an answer without a validator is not believed of a disk that has one', () => {
  expect(() => assertWithout(session, 'https://a.test/d.img')).toThrow('now neither')
  assertWithout(undefined, 'https://a.test/d.img')
  assertWithout({ validator: { kind: 'none' }, sizeBytes: 5 }, 'https://a.test/d.img')
})
