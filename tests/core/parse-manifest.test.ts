import { expect, test } from 'vitest'
import { hashBytes, parseManifest } from '../../src/core/parse-manifest.ts'

const sizeBytes = 1000
const hash = (digit: string): string => digit.repeat(64)

const good = {
  schema: 'aero.chunked-disk-image.v1',
  imageId: 'a',
  version: '1',
  mimeType: 'application/octet-stream',
  totalSize: sizeBytes,
  chunkSize: 512,
  chunkCount: 2,
  chunkIndexWidth: 8,
  chunks: [{ size: 512, sha256: hash('a') }, { size: 488 }],
}

function parse(change: Record<string, unknown> = {}, size = sizeBytes): unknown {
  return parseManifest(JSON.stringify({ ...good, ...change }), size)
}

test('reads chunk size and hashes; zeroes where no hash is promised', () => {
  const hashes = new Uint8Array(2 * hashBytes).fill(0xaa, 0, hashBytes)
  expect(parse()).toEqual({ version: '1', chunkSize: 512, hashes })
})

test('reads hashes in capitals, chunks without a size, and ignores what it does not know', () => {
  const chunks = [{ sha256: hash('A'), url: 'https://example.test/' }, {}]
  expect(parse({ chunks, more: [1] })).toEqual(parse())
})

test('reads the manifest of an empty disk', () => {
  const empty = { totalSize: 0, chunkCount: 0, chunks: [] }
  expect(parse(empty, 0)).toEqual({ version: '1', chunkSize: 512, hashes: new Uint8Array() })
})

test('reads hashes digit by digit', () => {
  const digits = Array.from({ length: 32 }, (_, at) => (at * 7 + 3).toString(16).padStart(2, '0'))
  const chunks = [{}, { sha256: digits.join('') }]
  const { hashes } = parseManifest(JSON.stringify({ ...good, chunks }), sizeBytes)
  expect([...hashes.subarray(hashBytes)]).toEqual(digits.map((_, at) => at * 7 + 3))
})

test.each([
  ['another schema', { schema: 'aero.chunked-disk-image.v2' }],
  ['no imageId', { imageId: undefined }],
  ['an empty version', { version: '' }],
  ['a version that is a number', { version: 1 }],
  ['a very long version', { version: 'x'.repeat(2000) }],
  ['no mimeType', { mimeType: undefined }],
  ['the size of another disk', { totalSize: 1001 }],
  ['a size that is text', { totalSize: '1000' }],
  ['a chunk size that is no power of two', { chunkSize: 1000, chunkCount: 1, chunks: [{}] }],
  ['a chunk size below 512', { chunkSize: 256, chunkCount: 4, chunks: [{}, {}, {}, {}] }],
  ['a chunk size above 64 MiB', { chunkSize: 2 ** 27, chunkCount: 1, chunks: [{}] }],
  ['another number of chunks', { chunkCount: 3 }],
  ['too few chunks', { chunks: [{}] }],
  ['too many chunks', { chunks: [{}, {}, {}] }],
  ['chunks that are no list', { chunks: { length: 2 } }],
  ['no chunks', { chunks: undefined }],
  ['a chunk that is no object', { chunks: [{}, null] }],
  ['a chunk that is a list', { chunks: [{}, []] }],
  ['a chunk of another size', { chunks: [{ size: 512 }, { size: 512 }] }],
  ['a hash that is too short', { chunks: [{ sha256: hash('a').slice(1) }, {}] }],
  ['a hash with other letters', { chunks: [{ sha256: hash('g') }, {}] }],
  ['a hash that is null', { chunks: [{ sha256: null }, {}] }],
  ['no chunkIndexWidth', { chunkIndexWidth: undefined }],
  ['a chunkIndexWidth of 0', { chunkIndexWidth: 0 }],
  ['a chunkIndexWidth that is vast', { chunkIndexWidth: 1e9 }],
])('refuses %s', (_, change) => {
  expect(() => parse(change)).toThrow(expect.objectContaining({ code: 'origin-bad-response' }))
})

test.each(['', '[]', 'null', '{', '"text"', '<html>'])('refuses %j', (text) => {
  expect(() => parseManifest(text, sizeBytes)).toThrow(
    expect.objectContaining({ code: 'origin-bad-response' }),
  )
})

test('refuses more chunks than it would keep, before it looks at them', () => {
  const vast = 2 ** 40
  const manifest = { totalSize: vast, chunkSize: 512, chunkCount: vast / 512 }
  expect(() => parse(manifest, vast)).toThrow(/more than 1048576 chunks/)
})
