import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'
import { onlyDates, redirectTo, slowDrip } from '../../src/demo/server/faults.ts'
import { gzipHead, refuseHead } from '../../src/demo/server/head-faults.ts'
import {
  ignoreIfRange,
  longBody,
  multipartForOne,
  shorterRange,
  unknownTotal,
} from '../../src/demo/server/range-faults.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

const SIZE = 8 * 2 ** 20
const PATH = '/disks/exerciser-8MiB.img'
const PATIENT = { timeout: 4000 }
const EXPECTED = readExerciserRange(16384, 512, 4096)

let served: ServedOrigin
beforeAll(async () => {
  served = await serveOrigin({ cors: true })
})
afterEach(() => served.origin.reset())
afterAll(() => served.close())

function readRange(headers: Record<string, string> = {}): Promise<Response> {
  return fetch(served.url + PATH, { headers: { Range: 'bytes=512-4095', ...headers } })
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer())
}

test('If-Range of another version is ignored: a 206 of what is there now', async () => {
  const fault = served.origin.faults.add(ignoreIfRange())
  const honest = await readRange()
  expect([honest.status, fault.hits]).toEqual([206, 0])
  const response = await readRange({ 'If-Range': '"another"' })
  expect(response.status).toBe(206)
  expect([...response.headers]).toEqual([...honest.headers])
  expect(await bytesOf(response)).toEqual(EXPECTED)
  const whole = await fetch(served.url + PATH, { headers: { 'If-Range': '"another"' } })
  await whole.body?.cancel()
  expect(whole.status).toBe(200)
})

test('there is a date, and no entity tag', async () => {
  served.origin.faults.add(onlyDates())
  const { headers } = await readRange()
  expect([headers.has('ETag'), headers.has('Last-Modified')]).toEqual([false, true])
})

test('the total is not told', async () => {
  served.origin.faults.add(unknownTotal())
  const response = await readRange()
  expect(response.headers.get('Content-Range')).toBe('bytes 512-4095/*')
  expect(await bytesOf(response)).toEqual(EXPECTED)
})

test('a body is longer than its Content-Range, and has no length', async () => {
  served.origin.faults.add(longBody(100))
  const response = await readRange()
  expect(response.headers.get('Content-Range')).toBe(`bytes 512-4095/${SIZE}`)
  expect(response.headers.get('Content-Length')).toBe(null)
  const bytes = await bytesOf(response)
  expect(bytes.length).toBe(EXPECTED.length + 100)
  expect(bytes.slice(0, EXPECTED.length)).toEqual(EXPECTED)
})

test('a range is answered in part, and honestly so', async () => {
  const fault = served.origin.faults.add(shorterRange(1000))
  const response = await readRange()
  expect(response.headers.get('Content-Range')).toBe(`bytes 512-1511/${SIZE}`)
  expect(response.headers.get('Content-Length')).toBe('1000')
  expect(await bytesOf(response)).toEqual(EXPECTED.slice(0, 1000))
  await readRange({ Range: 'bytes=512-1511' })
  expect(fault.hits).toBe(1)
})

test('one range comes as a part of several', async () => {
  served.origin.faults.add(multipartForOne())
  const response = await readRange()
  expect(response.status).toBe(206)
  expect(response.headers.get('Content-Type')).toMatch(/^multipart\/byteranges; boundary=/)
  expect(response.headers.has('Content-Range')).toBe(false)
  expect(await response.text()).toContain(`Content-Range: bytes 512-4095/${SIZE}`)
})

test('HEAD is refused, GET is not', async () => {
  served.origin.faults.add(refuseHead(403))
  expect((await fetch(served.url + PATH, { method: 'HEAD' })).status).toBe(403)
  expect(await bytesOf(await readRange())).toEqual(EXPECTED)
})

test('HEAD tells the length of what is compressed, GET does not', async () => {
  served.origin.faults.add(gzipHead(999))
  const { headers } = await fetch(served.url + PATH, { method: 'HEAD' })
  expect([headers.get('Content-Encoding'), headers.get('Content-Length')]).toEqual(['gzip', '999'])
  expect(await bytesOf(await readRange())).toEqual(EXPECTED)
})

test('a body drips', async () => {
  const drip = served.origin.faults.add(slowDrip({ pieceBytes: 500, pauseMs: 1 }))
  expect(await bytesOf(await readRange())).toEqual(EXPECTED)
  drip.remove()
  served.origin.faults.add(slowDrip({ pieceBytes: 500, pauseMs: 3_600_000 }))
  const first = await (await readRange()).body?.getReader().read()
  expect(first?.value).toEqual(EXPECTED.slice(0, 500))
  expect(served.origin.counters.open).toBe(1)
  served.origin.reset()
  await expect.poll(() => served.origin.counters.open, PATIENT).toBe(0)
})

test.each([302, 307] as const)('a reader is sent elsewhere, once, with %i', async (status) => {
  served.origin.faults.add(redirectTo('?elsewhere', status))
  const response = await readRange()
  expect(response.url).toBe(`${served.url}${PATH}?elsewhere`)
  expect(await bytesOf(response)).toEqual(EXPECTED)
  expect(served.origin.requests.map((record) => [record.status, record.range])).toEqual([
    [status, 'bytes=512-4095'],
    [206, 'bytes=512-4095'],
  ])
})
