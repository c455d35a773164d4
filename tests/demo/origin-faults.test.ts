import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'
import {
  answerStatus,
  changedEtag,
  gzipRange,
  ignoreRange,
  noValidator,
  resetConnection,
  shortBody,
  stall,
  weakEtag,
  wrongContentRange,
  wrongTotal,
} from '../../src/demo/server/faults.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

const SIZE = 8 * 2 ** 20
const PATIENT = { timeout: 4000 }
const EXPECTED = readExerciserRange(16384, 512, 4096)

let served: ServedOrigin
beforeAll(async () => {
  served = await serveOrigin()
})
afterEach(() => served.origin.reset())
afterAll(() => served.close())

function readRange(): Promise<Response> {
  return fetch(`${served.url}/disks/exerciser-8MiB.img`, { headers: { Range: 'bytes=512-4095' } })
}

async function expectGoodRange(): Promise<void> {
  const response = await readRange()
  expect(response.status).toBe(206)
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(EXPECTED)
}

test('a status comes as often as told, with Retry-After', async () => {
  const fault = served.origin.faults.add(answerStatus(503, 7), { times: 2 })
  for (const hits of [1, 2]) {
    const response = await readRange()
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '7'])
    expect([fault.hits, fault.timesLeft]).toEqual([hits, 2 - hits])
    await response.text()
  }
  await expectGoodRange()
})

test('a fault spoils only the requests it matches', async () => {
  const fault = served.origin.faults.add(answerStatus(404), {
    match: (url, range) => url.endsWith('exerciser-8MiB.img') && range === 'bytes=0-0',
  })
  await expectGoodRange()
  const headers = { Range: 'bytes=0-0' }
  const response = await fetch(`${served.url}/disks/exerciser-8MiB.img`, { headers })
  expect([response.status, fault.hits]).toEqual([404, 1])
})

test('a fault that is removed spoils nothing', async () => {
  served.origin.faults.add(answerStatus(404)).remove()
  await expectGoodRange()
})

test('a range is ignored, with the length of the whole disk or without', async () => {
  served.origin.faults.add(ignoreRange({ withLength: true }), { times: 1 })
  served.origin.faults.add(ignoreRange({ withLength: false }), { times: 1 })
  for (const length of [String(SIZE), null]) {
    const response = await readRange()
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Length')).toBe(length)
    expect(response.headers.get('Content-Range')).toBe(null)
    expect((await response.arrayBuffer()).byteLength).toBe(SIZE)
  }
})

test('a short body promises more than it has', async () => {
  served.origin.faults.add(shortBody(100))
  const response = await readRange()
  expect(response.headers.get('Content-Length')).toBe(String(EXPECTED.length))
  await expect(response.arrayBuffer()).rejects.toThrow()
  expect(served.origin.requests.at(-1)?.bytesSent).toBe(EXPECTED.length - 100)
})

test.each([
  [wrongContentRange(512), `bytes 1024-4607/${SIZE}`],
  [wrongTotal(1), `bytes 512-4095/${SIZE + 1}`],
])('a wrong Content-Range, %#', async (fault, contentRange) => {
  served.origin.faults.add(fault)
  const response = await readRange()
  expect(response.headers.get('Content-Range')).toBe(contentRange)
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(EXPECTED)
})

test('the entity tag changes, weakens or goes away', async () => {
  const etag = (await readRange()).headers.get('ETag')
  const seen: (string | boolean | null)[][] = []
  for (const fault of [changedEtag('"other"'), weakEtag(), noValidator()]) {
    const { remove } = served.origin.faults.add(fault)
    const { headers } = await readRange()
    seen.push([headers.get('ETag'), headers.has('Last-Modified')])
    remove()
  }
  expect(seen).toEqual([
    ['"other"', true],
    [`W/${etag}`, true],
    [null, false],
  ])
})

test('a range is compressed on the way', async () => {
  served.origin.faults.add(gzipRange())
  const response = await readRange()
  expect(response.status).toBe(206)
  expect(response.headers.get('Content-Encoding')).toBe('gzip')
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(EXPECTED) // fetch decompresses
})

test('a body stalls until it is let go', async () => {
  const gate = { open: (): void => undefined }
  const until = new Promise<void>((resolve) => (gate.open = resolve))
  served.origin.faults.add(stall({ afterBytes: 1000, until }))
  const response = await readRange()
  const body = response.arrayBuffer()
  const record = served.origin.requests.at(-1)
  await expect.poll(() => record?.bytesSent, PATIENT).toBe(1000)
  expect(record?.endedAt).toBe(undefined)
  gate.open()
  expect(new Uint8Array(await body)).toEqual(EXPECTED)
})

test('a stall ends when the client goes away, and when the origin is reset', async () => {
  const forever = new Promise<void>(() => undefined)
  const abort = new AbortController()
  served.origin.faults.add(stall({ afterBytes: 0, until: forever }))
  const url = `${served.url}/disks/exerciser.img`
  const left = await fetch(url, { signal: abort.signal })
  expect(left.status).toBe(200)
  abort.abort()
  await expect.poll(() => served.origin.counters.open, PATIENT).toBe(0)

  const broken = await fetch(url)
  served.origin.reset()
  await expect(broken.arrayBuffer()).rejects.toThrow()
  await expect.poll(() => served.origin.counters.open, PATIENT).toBe(0)
})

test('a connection is reset before the headers', async () => {
  served.origin.faults.add(resetConnection(), { times: 1 })
  await expect(readRange()).rejects.toThrow()
  expect(served.origin.requests.at(-1)).toMatchObject({ status: 0, bytesSent: 0 })
  await expectGoodRange()
})

test('faults add up, and one with nothing to spoil is not used up', async () => {
  const { faults } = served.origin
  faults.add(weakEtag())
  const gzip = faults.add(gzipRange(), { times: 1 })
  const whole = await fetch(`${served.url}/disks/exerciser-8MiB.img`, { method: 'HEAD' })
  expect([whole.headers.get('ETag')?.slice(0, 3), gzip.hits]).toEqual(['W/"', 0])
  const { headers } = await readRange()
  expect([headers.get('ETag')?.slice(0, 3), headers.get('Content-Encoding')]).toEqual([
    'W/"',
    'gzip',
  ])
})
