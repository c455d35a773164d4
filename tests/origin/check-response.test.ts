import { expect, test } from 'vitest'

import { checkPartialResponse, checkWholeResponse } from '../../src/origin/check-response.ts'
import type { CheckedResponse } from '../../src/origin/check-response.ts'
import { keepHeaders } from '../../src/origin/kept-headers.ts'
import { maxUnknownLengthBytes, measureBody } from '../../src/origin/measure-body.ts'

const url = 'https://example.test/a.img'
const wanted = { start: 100, end: 200 }

function checkPartial(headers: Record<string, string>): CheckedResponse {
  return checkPartialResponse({ status: 206, headers: new Headers(headers) }, { url, wanted })
}

test.each([
  ['all of it', 'bytes 100-199/1000', { start: 100, end: 200 }, 1000],
  ['less of it', 'bytes 100-149/1000', { start: 100, end: 150 }, 1000],
  ['as much as there is', 'bytes 100-119/120', { start: 100, end: 120 }, 120],
])('accepts a 206 with %s', (_, field, range, sizeBytes) => {
  const checked = checkPartial({ 'Content-Range': field, ETag: '"a"' })
  const identity = { validator: { kind: 'strong', etag: '"a"' }, sizeBytes }
  expect(checked).toEqual({ identity, range })
})

test('accepts a 206 that says that it is not encoded', () => {
  const headers = { 'Content-Range': 'bytes 100-199/1000', 'Content-Encoding': 'Identity' }
  expect(checkPartial(headers).range).toEqual(wanted)
})

test.each([
  ['an earlier start', { 'Content-Range': 'bytes 99-199/1000' }, 'other bytes'],
  ['a later start', { 'Content-Range': 'bytes 101-199/1000' }, 'other bytes'],
  ['a later end', { 'Content-Range': 'bytes 100-200/1000' }, 'other bytes'],
  ['an unknown size', { 'Content-Range': 'bytes 100-199/*' }, 'size of the file'],
  ['a range beyond its size', { 'Content-Range': 'bytes 100-199/150' }, 'Content-Range'],
  ['no range', { 'Content-Range': 'bytes */1000' }, 'Content-Range: bytes */1000'],
  ['another unit', { 'Content-Range': 'sectors 100-199/1000' }, 'Content-Range: sectors'],
  ['no Content-Range', {}, 'Access-Control-Expose-Headers'],
  ['a page', { 'Content-Range': 'bytes 100-199/1000', 'Content-Type': 'text/html' }, 'HTML page'],
  ['several parts', { 'Content-Type': 'multipart/byteranges; boundary=x' }, 'several parts'],
  ['another length', { 'Content-Range': 'bytes 100-199/1000', 'Content-Length': '99' }, 'Length'],
  ['gzip', { 'Content-Range': 'bytes 100-199/1000', 'Content-Encoding': 'gzip' }, 'gzip'],
  ['brotli', { 'Content-Range': 'bytes 100-199/1000', 'Content-Encoding': 'br' }, 'br'],
])('refuses a 206 with %s', (_, headers: Record<string, string>, words) => {
  const call = (): CheckedResponse => checkPartial(headers)
  expect(call).toThrow(words)
  expect(call).toThrow(
    expect.objectContaining({ code: 'origin-bad-response', details: { url, range: wanted } }),
  )
})

test('takes a 200 with a length for the whole', () => {
  const headers = new Headers({
    'Content-Length': '1000',
    'Last-Modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
  })
  expect(checkWholeResponse({ status: 200, headers }, { url, wanted })).toEqual({
    identity: {
      validator: { kind: 'date', lastModified: 'Fri, 02 Jan 2026 03:04:05 GMT' },
      sizeBytes: 1000,
    },
    range: { start: 0, end: 1000 },
  })
})

test.each([undefined, '', 'many', '-1', '1.5'])(
  'does not know the length of a 200 with %j',
  (length) => {
    const headers = new Headers(length === undefined ? {} : { 'Content-Length': length })
    expect(checkWholeResponse({ status: 200, headers }, { url, wanted })).toBe(undefined)
  },
)

test('refuses a 200 that is encoded', () => {
  const headers = new Headers({ 'Content-Length': '1000', 'Content-Encoding': 'gzip' })
  expect(() => checkWholeResponse({ status: 200, headers }, { url, wanted })).toThrow('gzip')
})

test.each(['text/html', 'Text/HTML; charset=utf-8'])('refuses a 200 that is a page: %s', (type) => {
  const headers = new Headers({ 'Content-Length': '1000', 'Content-Type': type })
  const call = (): unknown => checkWholeResponse({ status: 200, headers }, { url, wanted })
  expect(call).toThrow('HTML page')
  expect(call).toThrow(expect.objectContaining({ code: 'origin-bad-response' }))
})

test('keeps headers by their lower-case names', () => {
  const headers = new Headers({
    'Content-Type': 'application/octet-stream',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    Age: '5',
    'Content-Length': '10',
    'Content-Range': 'bytes 0-9/10',
    'Set-Cookie': 'a=b',
    'X-Other': '1',
  })
  expect(keepHeaders(headers)).toEqual({
    age: '5',
    'content-type': 'application/octet-stream',
    'cross-origin-resource-policy': 'cross-origin',
  })
})

test.each([
  [maxUnknownLengthBytes, maxUnknownLengthBytes],
  [maxUnknownLengthBytes + 1, undefined],
])('measures a body of %i bytes', async (length, measured) => {
  const piece = new Uint8Array(1024 * 1024)
  let left = length
  const state = { cancelled: false }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(piece.subarray(0, Math.min(left, piece.byteLength)))
      left -= Math.min(left, piece.byteLength)
      if (left === 0) controller.close()
    },
    cancel: () => void (state.cancelled = true),
  })
  expect((await measureBody(new Response(body), { url, range: wanted }))?.size).toBe(measured)
  expect(state.cancelled).toBe(false)
})

test('cancels a body that is longer than may be measured', async () => {
  const state = { cancelled: false }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new Uint8Array(16 * 1024 * 1024)),
    cancel: () => void (state.cancelled = true),
  })
  expect(await measureBody(new Response(body), { url, range: wanted })).toBe(undefined)
  expect(state.cancelled).toBe(true)
})

test('measures no body as empty', async () => {
  expect((await measureBody(new Response(null), { url, range: wanted }))?.size).toBe(0)
})
