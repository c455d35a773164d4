import fc from 'fast-check'
import { expect, test } from 'vitest'

import { bootProfileSchema } from '../../src/core/boot-profile.ts'
import {
  archiveSchema,
  chunkEntryName,
  parseArchiveEnd,
  parseArchiveHead,
  parseChunkEntryName,
} from '../../src/core/archive-format.ts'

const head = {
  schema: archiveSchema,
  url: 'https://example.org/disks/disk.img',
  identity: { sizeBytes: 3 * 512 + 1, validator: { kind: 'strong', etag: '"one"' } },
  chunkSize: 512,
  acceptsRanges: true,
  headers: { 'content-type': 'application/octet-stream', etag: '"one"' },
  receivedAt: 1_700_000_000_000,
  zeroChunks: [{ first: 1, end: 2 }],
}

test('what was written is read again', () => {
  expect(parseArchiveHead(JSON.stringify(head))).toEqual(head)
  expect(parseArchiveEnd('{"chunks":2,"bytes":1024}')).toEqual({ chunks: 2, bytes: 1024 })
})

test('a boot profile comes with it, and one that is none is refused', () => {
  const bootProfile = {
    schema: bootProfileSchema,
    sizeBytes: 3 * 512 + 1,
    boots: 2,
    reads: [[0, 512, 0]],
  }
  expect(parseArchiveHead(JSON.stringify({ ...head, bootProfile }))).toEqual({
    ...head,
    bootProfile,
  })
  const bad = { ...bootProfile, reads: [[512, 512, 0]] }
  expect(() => parseArchiveHead(JSON.stringify({ ...head, bootProfile: bad }))).toThrow(
    'The "bootProfile" of the archive is no boot profile: read 0 begins at no multiple of 65536',
  )
})

test('the names of chunks are read as they are written', () => {
  const chunk = fc.record({
    index: fc.nat(2 ** 31),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  })
  fc.assert(
    fc.property(chunk, (written) => {
      expect(parseChunkEntryName(chunkEntryName(written))).toEqual(written)
    }),
  )
})

test.each(['chunks/1-00', '../chunks/0000000001', 'chunks/0000000001-xyz', 'end.json'])(
  '%s is no chunk',
  (name) => {
    expect(parseChunkEntryName(name)).toBe(undefined)
  },
)

test('fields that are not kept with a disk are left out', () => {
  const text = JSON.stringify({
    ...head,
    headers: { ...head.headers, 'set-cookie': 'a=b' },
    more: 1,
  })
  expect(parseArchiveHead(text)).toEqual(head)
})

test('a tag that is no tag does not pass for a strong one', () => {
  const identity = { ...head.identity, validator: { kind: 'strong', etag: 'no quotes' } }
  const { validator } = parseArchiveHead(JSON.stringify({ ...head, identity })).identity
  expect(validator).toEqual({ kind: 'weak', etag: 'no quotes' })
})

const size = head.identity.sizeBytes

test.each<[string, unknown, string]>([
  ['text', 'text', 'no JSON object'],
  ['another schema', { ...head, schema: 'v2' }, '"schema"'],
  ['no URL', { ...head, url: 'disk.img' }, '"url"'],
  ['no identity', { ...head, identity: undefined }, '"sizeBytes"'],
  ['a negative size', { ...head, identity: { ...head.identity, sizeBytes: -1 } }, '"sizeBytes"'],
  ['a chunk size that is none', { ...head, chunkSize: 500 }, '"chunkSize"'],
  ['no validator', { ...head, identity: { sizeBytes: size } }, '"validator"'],
  [
    'a disk without ETag and date',
    { ...head, identity: { sizeBytes: size, validator: { kind: 'none' } } },
    'without ETag or date',
  ],
  [
    'a date that is none',
    { ...head, identity: { sizeBytes: size, validator: { kind: 'date', lastModified: 'soon' } } },
    'without ETag or date',
  ],
  ['a header with a line break', { ...head, headers: { etag: '"a"\r\nX: y' } }, 'no header field'],
  ['zero chunks behind the end', { ...head, zeroChunks: [{ first: 3, end: 5 }] }, 'zeroChunks'],
  [
    'zero chunks out of order',
    {
      ...head,
      zeroChunks: [
        { first: 2, end: 3 },
        { first: 1, end: 2 },
      ],
    },
    'zeroChunks',
  ],
])('refuses %s', (_, value, problem) => {
  expect(() => parseArchiveHead(JSON.stringify(value))).toThrow(problem)
})
