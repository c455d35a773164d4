import { afterEach, expect, test, vi } from 'vitest'
import { bindDisk, readThroughWorker } from '../../src/device/worker-reads.ts'
import type { BoundDisk } from '../../src/device/worker-reads.ts'
import { DiskCacheError } from '../../src/core/errors.ts'
import { toProblem } from '../../src/core/problem.ts'

const url = 'https://example.org/disks/a.img'
const bound: BoundDisk = {
  url,
  isCached: true,
  identity: { validator: { kind: 'strong', etag: '"1"' }, sizeBytes: 1000 },
}
const { signal } = new AbortController()
const range = { start: 10, end: 14 }

afterEach(() => vi.unstubAllGlobals())

interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: BodyInit
}

function answer({ status = 206, headers = {}, body = 'abcd' }: Answer = {}): Response {
  return new Response(body, {
    status,
    headers: {
      ETag: '"1"',
      'Content-Range': 'bytes 10-13/1000',
      'Cache-Status': 'sectorcache; hit',
      ...headers,
    },
  })
}

/** Answers requests in turn; returns the ranges that were asked for. */
function stubFetch(...answers: (Response | Error)[]): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (_: string, { headers }: { headers: Headers }) => {
    asked.push(`${headers.get('range')} ${headers.get('cache-control') ?? ''}`.trim())
    await Promise.resolve()
    const next = answers.shift()
    if (next === undefined || next instanceof Error) throw next ?? new TypeError('Failed to fetch')
    return next
  })
  return asked
}

function read(): Promise<unknown> {
  return readThroughWorker(bound, range, signal)
}

test('reads just the bytes that are asked for', async () => {
  const asked = stubFetch(answer())
  expect(await read()).toEqual({ bytes: new TextEncoder().encode('abcd'), isCached: true })
  expect(asked).toEqual(['bytes=10-13'])
})

test('tells what came past the cache', async () => {
  stubFetch(answer({ headers: { 'Cache-Status': 'edge; hit, not-sectorcache; fwd=miss' } }))
  expect(await read()).toMatchObject({ isCached: false })
})

test('tries again when the network fails, or a body breaks or is short; three times in all', async () => {
  const broken = new ReadableStream({
    start: (controller) => controller.error(new TypeError('network error')),
  })
  const asked = stubFetch(new TypeError('Failed to fetch'), answer({ body: broken }), answer())
  expect(await read()).toMatchObject({ isCached: true })
  expect(asked).toHaveLength(3)
  stubFetch(answer({ body: 'ab' }), answer({ body: '' }), new TypeError('Failed to fetch'))
  await expect(read()).rejects.toMatchObject({ code: 'origin-unreachable' })
})

test('says what the worker says is wrong, and does not ask again', async () => {
  const error = new DiskCacheError('disk-changed', 'It has changed.', { details: { url } })
  const problem = JSON.stringify(toProblem(error))
  const asked = stubFetch(
    answer({ status: 503, body: problem, headers: { 'Content-Type': 'application/problem+json' } }),
  )
  await expect(read()).rejects.toMatchObject({ code: 'disk-changed', message: 'It has changed.' })
  expect(asked).toHaveLength(1)
})

const refused: readonly (readonly [string, Answer, string])[] = [
  ['of another ETag', { headers: { ETag: '"2"' } }, 'disk-changed'],
  ['of another size', { headers: { 'Content-Range': 'bytes 10-13/1001' } }, 'disk-changed'],
  ['of a disk that has become shorter', { status: 416 }, 'disk-changed'],
  ['with other bytes', { headers: { 'Content-Range': 'bytes 10-12/1000' } }, 'origin-bad-response'],
  ['without a size', { headers: { 'Content-Range': 'bytes 10-13/*' } }, 'origin-bad-response'],
  ['with all bytes', { status: 200 }, 'origin-bad-response'],
  ['with an error of the origin', { status: 404 }, 'origin-status'],
]

for (const [what, given, code] of refused) {
  test(`refuses an answer ${what}`, async () => {
    stubFetch(answer(given))
    await expect(read()).rejects.toMatchObject({ code })
  })
}

const first = { headers: { 'Content-Range': 'bytes 0-0/1000' }, body: 'a' }
const passed = { ...first, headers: { ...first.headers, 'Cache-Status': 'edge; hit' } }

test('learns size and version of a disk from its first byte', async () => {
  const asked = stubFetch(answer(first))
  expect(await bindDisk(url, signal)).toEqual(bound)
  expect(asked).toEqual(['bytes=0-0'])
})

test('asks whether there is a worker where the answer does not show one', async () => {
  const asked = stubFetch(answer(passed), answer({ status: 504 }))
  expect(await bindDisk(url, signal)).toEqual({ ...bound, isCached: false })
  expect(asked).toEqual(['bytes=0-0', 'bytes=0-0 only-if-cached'])
  stubFetch(answer(passed), answer(passed))
  await expect(bindDisk(url, signal)).rejects.toMatchObject({ code: 'not-registered' })
  stubFetch(answer({ ...passed, status: 404 }), answer({ ...passed, status: 404 }))
  await expect(bindDisk(url, signal)).rejects.toMatchObject({ code: 'not-registered' })
  stubFetch()
  await expect(bindDisk(url, signal)).rejects.toMatchObject({ code: 'not-registered' })
})

test('an empty disk has a size, too', async () => {
  stubFetch(answer({ status: 416, headers: { 'Content-Range': 'bytes */0' } }))
  expect(await bindDisk(url, signal)).toMatchObject({ identity: { sizeBytes: 0 } })
})
