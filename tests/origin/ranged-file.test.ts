import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { GenerationIdentity } from '../../src/core/generation-identity.ts'
import {
  answerStatus,
  changedEtag,
  gzipRange,
  ignoreRange,
  noValidator,
  resetConnection,
  weakEtag,
  wrongContentRange,
  wrongTotal,
} from '../../src/demo/server/faults.ts'
import type { OriginRequest, OriginResponse } from '../../src/origin/chunk-source.ts'
import { DiskChangedError } from '../../src/origin/disk-changed-error.ts'
import { createRangedFileSource } from '../../src/origin/ranged-file.ts'
import { serveOrigin, type ServedOrigin } from '../demo/serve-origin.ts'
import { makeDisk, makeDiskBytes } from './test-disk.ts'
import { strong } from './test-download.ts'

const size = 20_000
const bytes = makeDiskBytes(size)
const range = { start: 1024, end: 2048 }
const one = strong('"one"', size)

let served: ServedOrigin
beforeAll(async () => {
  const disks = { 'a.img': makeDisk(bytes), 'empty.img': makeDisk(new Uint8Array(0)) }
  served = await serveOrigin({
    extraDisks: new Map(Object.entries(disks)),
    cacheControl: 'max-age=60',
  })
})
afterEach(() => served.origin.reset())
afterAll(() => served.close())

function open(change: Partial<OriginRequest> = {}): Promise<OriginResponse> {
  return createRangedFileSource().open({
    url: `${served.url}/disks/a.img?signature=1`,
    range,
    credentials: 'same-origin',
    signal: new AbortController().signal,
    ...change,
  })
}

async function bodyOf(response: OriginResponse): Promise<Uint8Array> {
  return new Uint8Array(await new Response(response.body).arrayBuffer())
}

function lastRequest(): Record<string, string | string[] | undefined> {
  const record = served.origin.requests.at(-1)
  return { url: record?.url, range: record?.range, ifRange: record?.headers['if-range'] }
}

test('brings exactly the bytes that were asked for, and says what they are of', async () => {
  const response = await open()
  expect(response).toMatchObject({ status: 206, identity: one, range })
  expect(await bodyOf(response)).toEqual(bytes.slice(1024, 2048))
})

test('asks by the URL as it was written, for the range alone', async () => {
  await bodyOf(await open())
  const url = '/disks/a.img?signature=1'
  expect(lastRequest()).toEqual({ url, range: 'bytes=1024-2047', ifRange: undefined })
})

test('brings what there is when more is asked for than the disk has', async () => {
  const response = await open({ range: { start: size - 10, end: size + 1000 } })
  expect(response.range).toEqual({ start: size - 10, end: size })
  expect(await bodyOf(response)).toEqual(bytes.slice(-10))
})

test('keeps the fields of the representation, and no others', async () => {
  const { headers, body } = await open()
  await body.cancel()
  expect(headers).toEqual({
    'cache-control': 'max-age=60',
    'content-type': 'application/octet-stream',
    date: expect.any(String) as unknown,
    etag: '"one"',
    'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
    'timing-allow-origin': '*',
  })
})

test('sends a strong entity tag in If-Range', async () => {
  await bodyOf(await open({ expected: one }))
  expect(lastRequest()['ifRange']).toBe('"one"')
})

test.each<[string, GenerationIdentity['validator']]>([
  ['a weak entity tag', { kind: 'weak', etag: 'W/"one"' }],
  ['a date', { kind: 'date', lastModified: 'Fri, 02 Jan 2026 03:04:05 GMT' }],
  ['nothing', { kind: 'none' }],
])('never sends %s in If-Range', async (_, validator) => {
  const opened = open({ expected: { validator, sizeBytes: size } })
  await opened.then(bodyOf).catch(() => undefined)
  expect(lastRequest()['ifRange']).toBe(undefined)
})

test('takes a weak entity tag for the same while it is equal', async () => {
  served.origin.faults.add(weakEtag())
  const identity = { validator: { kind: 'weak', etag: 'W/"one"' }, sizeBytes: size } as const
  const response = await open({ expected: identity })
  expect(response.identity).toEqual(identity)
  expect(await bodyOf(response)).toEqual(bytes.slice(1024, 2048))
})

test('says that there is no validator when the origin sends none', async () => {
  served.origin.faults.add(noValidator())
  const { identity, body } = await open()
  await body.cancel()
  expect(identity).toEqual({ validator: { kind: 'none' }, sizeBytes: size })
})

test('says disk-changed, with what is there now, when the entity tag is another', async () => {
  const error = await open({ expected: strong('"zero"', size) }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(DiskChangedError)
  expect(error).toMatchObject({
    code: 'disk-changed',
    found: one,
    headers: { etag: '"one"' },
    details: { url: `${served.url}/disks/a.img?signature=1` },
  })
  expect(served.origin.requests.at(-1)?.status).toBe(200)
})

test('says disk-changed when the entity tag is another in a 206', async () => {
  served.origin.faults.add(changedEtag('"two"'))
  await expect(open({ expected: one })).rejects.toMatchObject({
    code: 'disk-changed',
    found: strong('"two"', size),
  })
})

test('reads no more of an answer that it refuses', async () => {
  const url = `${served.url}/disks/exerciser-1TiB.img`
  const whole = { start: 0, end: 2 ** 40 }
  await expect(open({ url, range: whole, expected: one })).rejects.toMatchObject({
    code: 'disk-changed',
  })
  await expect.poll(() => served.origin.counters.open).toBe(0)
})

test('says disk-changed when the size is another', async () => {
  served.origin.faults.add(wrongTotal(512))
  await expect(open({ expected: one })).rejects.toMatchObject({
    code: 'disk-changed',
    found: strong('"one"', size + 512),
  })
})

test.each([
  ['other bytes', wrongContentRange(512), 'Content-Range: bytes 1536-2559/20000'],
  ['compressed bytes', gzipRange(), 'Content-Encoding: gzip'],
])('refuses %s, and says what is wrong', async (_, fault, words) => {
  served.origin.faults.add(fault)
  await expect(open()).rejects.toMatchObject({
    name: 'DiskCacheError',
    code: 'origin-bad-response',
    details: { range },
    message: expect.stringContaining(words) as unknown,
  })
  await expect.poll(() => served.origin.counters.open).toBe(0)
})

test('takes a 200 with its length for the whole disk', async () => {
  served.origin.faults.add(ignoreRange({ withLength: true }))
  const response = await open()
  expect(response).toMatchObject({ status: 200, identity: one, range: { start: 0, end: size } })
  expect(await bodyOf(response)).toEqual(bytes)
})

test('finds out the length of a 200 that does not tell it', async () => {
  served.origin.faults.add(ignoreRange({ withLength: false }))
  const response = await open({ expected: one })
  expect(response).toMatchObject({ status: 200, identity: one, range: { start: 0, end: size } })
  expect(await bodyOf(response)).toEqual(bytes)
})

test('refuses a 200 of unknown length over 64 MiB, and reads no more of it', async () => {
  served.origin.faults.add(ignoreRange({ withLength: false }))
  const url = `${served.url}/disks/exerciser-1TiB.img`
  await expect(open({ url })).rejects.toMatchObject({
    code: 'origin-bad-response',
    message: expect.stringContaining('over 64 MiB') as unknown,
  })
  await expect.poll(() => served.origin.counters.open).toBe(0)
})

test('reads an empty disk without asking for a range', async () => {
  const url = `${served.url}/disks/empty.img`
  const response = await open({ url, range: { start: 0, end: 0 } })
  expect(lastRequest()['range']).toBe(undefined)
  expect(response).toMatchObject({ identity: strong('"one"', 0), range: { start: 0, end: 0 } })
  expect(await bodyOf(response)).toEqual(new Uint8Array(0))
})

test('says disk-changed at a 200 of another entity tag, without reading it to learn its length', async () => {
  served.origin.faults.add((plan) => {
    const { 'Content-Length': _, ...headers } = plan.headers
    return { ...plan, headers }
  })
  const url = `${served.url}/disks/exerciser-1TiB.img`
  await expect(open({ url, expected: one })).rejects.toMatchObject({
    code: 'disk-changed',
    found: { validator: { kind: 'strong' } },
  })
  await expect.poll(() => served.origin.counters.open).toBe(0)
})

test('says disk-changed when the range lies behind the end that the disk has now', async () => {
  const expected = strong('"one"', size + 1024)
  const behind = { start: size, end: size + 1024 }
  await expect(open({ range: behind, expected })).rejects.toMatchObject({
    code: 'disk-changed',
    found: one,
  })
  await expect(open({ range: behind, expected: one })).rejects.toMatchObject({
    code: 'origin-status',
    details: { status: 416 },
  })
})

test('tells the size of the disk when the range lies behind its end', async () => {
  await expect(open({ range: { start: size, end: size + 10 } })).rejects.toMatchObject({
    code: 'origin-status',
    details: { status: 416, sizeBytes: size },
  })
})

test('tells status and Retry-After of an error', async () => {
  served.origin.faults.add(answerStatus(503, 7))
  await expect(open()).rejects.toMatchObject({
    code: 'origin-status',
    details: { status: 503, retryAfterMs: 7000, range },
  })
})

test('says origin-unreachable when there is no answer', async () => {
  served.origin.faults.add(resetConnection())
  await expect(open()).rejects.toMatchObject({
    code: 'origin-unreachable',
    cause: expect.any(TypeError) as unknown,
  })
})
