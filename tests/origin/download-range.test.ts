import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import {
  answerStatus,
  changedEtag,
  ignoreRange,
  resetConnection,
  shortBody,
} from '../../src/demo/server/faults.ts'
import { DiskChangedError } from '../../src/origin/disk-changed-error.ts'
import { serveOrigin, type ServedOrigin } from '../demo/serve-origin.ts'
import { differenceOf, makeDisk, makeDiskBytes } from './test-disk.ts'
import { createReceived, startDownload, strong } from './test-download.ts'

const size = 300_000
const bytes = makeDiskBytes(size)
const range = { start: 1024, end: 201_024 }
const expected = strong('"one"', size)
const wanted = bytes.slice(range.start, range.end)

const disks = new Map([['a.img', makeDisk(bytes)]])
let served: ServedOrigin
let url = ''
beforeAll(async () => {
  served = await serveOrigin({ extraDisks: disks })
  url = `${served.url}/disks/a.img`
})
afterEach(() => {
  served.origin.reset()
  disks.set('a.img', makeDisk(bytes))
})
afterAll(() => served.close())

function ranges(): (string | undefined)[] {
  return served.origin.requests.map((record) => record.range)
}

test('brings exactly the bytes, with one request', async () => {
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
  expect(sink.begun).toMatchObject([{ status: 206, identity: expected, range }])
  expect([sink.ends(), ranges()]).toEqual([1, ['bytes=1024-201023']])
})

test('is clamped at the end of the disk', async () => {
  const sink = createReceived()
  await startDownload({ url, range: { start: size - 100, end: size + 100 } }, sink)
  expect(differenceOf(sink.bytes(), bytes.slice(-100))).toBe(undefined)
})

test('goes on at the byte where the connection broke off', async () => {
  served.origin.faults.add(shortBody(150_000), { times: 1 })
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
  expect(ranges()).toEqual(['bytes=1024-201023', `bytes=${1024 + 50_000}-201023`])
  expect(served.origin.requests.at(1)?.headers['if-range']).toBe('"one"')
})

test('goes on as often as it takes, while each attempt brings something', async () => {
  // Each of seven attempts brings half of what is missing; only three may fail in a row.
  served.origin.faults.add(
    (plan, source, request) => {
      const promised = Number(plan.headers['Content-Length'])
      return shortBody(Math.floor(promised / 2))(plan, source, request)
    },
    { times: 7 },
  )
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
  expect(ranges()).toHaveLength(8)
})

test('gives up when attempt after attempt brings nothing', async () => {
  served.origin.faults.add(shortBody(Infinity))
  const sink = createReceived()
  await expect(startDownload({ url, range, expected }, sink)).rejects.toMatchObject({
    code: 'origin-unreachable',
    details: { url },
  })
  expect([ranges().length, sink.ends(), sink.writes]).toEqual([3, 0, []])
})

test.each([408, 425, 429, 500, 502, 503, 504])('tries again after %i', async (status) => {
  served.origin.faults.add(answerStatus(status), { times: 2 })
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
  expect(ranges()).toHaveLength(3)
})

test.each([400, 401, 403, 404, 410, 416])('does not try again after %i', async (status) => {
  served.origin.faults.add(answerStatus(status))
  await expect(startDownload({ url, range, expected }, createReceived())).rejects.toMatchObject({
    code: 'origin-status',
    details: { status },
  })
  expect(ranges()).toHaveLength(1)
})

test('gives up after as many attempts as it may', async () => {
  served.origin.faults.add(answerStatus(503))
  await expect(startDownload({ url, range }, createReceived())).rejects.toMatchObject({
    details: { status: 503 },
  })
  expect(ranges()).toHaveLength(3)
})

test('tries again at once when Retry-After says so, and not at all when it asks for too long', async () => {
  served.origin.faults.add(answerStatus(503, 0), { times: 1 })
  await startDownload({ url, range }, createReceived())
  expect(ranges()).toHaveLength(2)
  served.origin.faults.add(answerStatus(503, 3600))
  await expect(startDownload({ url, range }, createReceived())).rejects.toMatchObject({
    details: { status: 503, retryAfterMs: 3_600_000 },
  })
  expect(ranges()).toHaveLength(3)
})

test('tries again after a connection was reset', async () => {
  served.origin.faults.add(resetConnection(), { times: 2 })
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
})

test('does not try again when there is no network', async () => {
  served.origin.faults.add(resetConnection())
  const download = { url, range, isOffline: () => true }
  await expect(startDownload(download, createReceived())).rejects.toMatchObject({
    code: 'origin-unreachable',
  })
  expect(ranges()).toHaveLength(1)
})

test('says disk-changed, with what is there now, and does not try again', async () => {
  served.origin.faults.add(changedEtag('"two"'))
  const error = await startDownload({ url, range, expected }, createReceived()).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(DiskChangedError)
  expect(error).toMatchObject({ found: strong('"two"', size) })
  expect(ranges()).toHaveLength(1)
})

test('never continues with the bytes of another generation', async () => {
  served.origin.faults.add(shortBody(100_000), { times: 1 })
  const sink = createReceived({
    write: () => void disks.set('a.img', makeDisk(makeDiskBytes(size, 7), { etag: '"two"' })),
  })
  await expect(startDownload({ url, range, expected }, sink)).rejects.toMatchObject({
    code: 'disk-changed',
    found: strong('"two"', size),
  })
  expect(differenceOf(sink.bytes(), wanted.slice(0, 100_000))).toBe(undefined)
})

test('never continues with another generation when the disk was unknown before', async () => {
  served.origin.faults.add(shortBody(100_000), { times: 1 })
  const sink = createReceived({
    write: () => void disks.set('a.img', makeDisk(makeDiskBytes(size, 7), { etag: '"two"' })),
  })
  await startDownload({ url, range }, sink).catch(() => undefined)
  const got = sink.bytes()
  expect(differenceOf(got, wanted.slice(0, got.byteLength))).toBe(undefined)
})

test('passes on everything when the origin ignores the range', async () => {
  served.origin.faults.add(ignoreRange({ withLength: true }))
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  expect(sink.begun).toMatchObject([{ status: 200, range: { start: 0, end: size } }])
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
})

test('begins anew with everything when the origin ignores the range of the second attempt', async () => {
  served.origin.faults.add(shortBody(150_000), { times: 1 })
  const requests = (): number => served.origin.requests.length
  served.origin.faults.add(ignoreRange({ withLength: true }), { match: () => requests() > 1 })
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  const whole = sink.writes.slice(sink.writes.findIndex(({ offset }) => offset === 0))
  const got = Buffer.concat(whole.map((write) => write.bytes))
  expect(differenceOf(got, bytes)).toBe(undefined)
})

test('an origin without ranges that breaks off before the wanted bytes has brought something', async () => {
  // The last of three attempts brings 50 000 bytes, but none of those that were asked for.
  const { faults } = served.origin
  faults.add(ignoreRange({ withLength: true }))
  faults.add(shortBody(250_000), { match: () => served.origin.requests.length === 3 })
  faults.add(answerStatus(503), { times: 2 })
  const sink = createReceived()
  await startDownload({ url, range: { start: 200_000, end: 201_024 }, expected }, sink)
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
  expect(served.origin.requests.map(({ status }) => status)).toEqual([503, 503, 200, 200])
})

test('passes on each byte once when an origin without ranges breaks off', async () => {
  served.origin.faults.add(ignoreRange({ withLength: true }))
  served.origin.faults.add(shortBody(150_000), { times: 1 })
  const sink = createReceived()
  await startDownload({ url, range, expected }, sink)
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
  expect(served.origin.requests.map(({ status }) => status)).toEqual([200, 200])
})
