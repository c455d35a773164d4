import { expect, test } from '../support/e2e-test.ts'
import { exerciserDigest, read, readRange } from '../support/read.ts'
import type { Site } from '../support/site.ts'

const name = 'exerciser-8MiB.img'
const url = `/disks/${name}`
const size = 2 ** 23

let site: Site
let etag: string

test.beforeEach(async ({ tab, visit }) => {
  site = await visit()
  const first = await readRange(tab, url, [0, 512])
  etag = first.headers['etag'] ?? ''
})

test('an answer has the fields of the origin, and tells where it came from', async ({ tab }) => {
  const direct = await fetch(`${site.url}disks/${name}`, { headers: { Range: 'bytes=5-9' } })
  const seen = await readRange(tab, url, [5, 10])
  for (const field of [
    'etag',
    'last-modified',
    'content-type',
    'cache-control',
    'accept-ranges',
    'content-range',
    'content-length',
  ]) {
    expect([field, seen.headers[field]]).toEqual([field, direct.headers.get(field)])
  }
  expect(seen.headers['cache-status']).toBe('sectorcache; hit')
  expect(seen.headers['server-timing']).toMatch(/^sectorcache;desc="hit";dur=\d/)
  expect(Number(seen.headers['age'])).toBeGreaterThanOrEqual(0)
  expect(seen.headers['content-encoding']).toBeUndefined()
})

test('a client that has the version already gets a 304 without a body', async ({ tab }) => {
  const seen = await read(tab, url, { 'If-None-Match': etag })
  expect([seen.status, seen.length]).toEqual([304, 0])
  expect(seen.headers['etag']).toBe(etag)
  expect(seen.headers['content-type']).toBeUndefined()
})

test('a failed precondition is a 412, and If-Range of another version gives the whole disk', async ({
  tab,
}) => {
  expect((await read(tab, url, { 'If-Match': '"another"' })).status).toBe(412)
  const whole = await read(tab, url, { 'If-Range': '"another"', Range: 'bytes=0-511' })
  expect([whole.status, whole.length]).toEqual([200, size])
  const part = await read(tab, url, { 'If-Range': etag, Range: 'bytes=0-511' })
  expect([part.status, part.length]).toEqual([206, 512])
})

test('a range behind the end is a 416 that tells the size', async ({ tab }) => {
  const seen = await readRange(tab, url, [size, size + 1])
  expect([seen.status, seen.headers['content-range']]).toEqual([416, `bytes */${size}`])
})

test('the last bytes, an open range and a range past the end are clamped', async ({ tab }) => {
  for (const [range, start] of [
    [`bytes=-100`, size - 100],
    [`bytes=${size - 50}-`, size - 50],
    [`bytes=${size - 10}-${size + 10}`, size - 10],
  ] as const) {
    const seen = await read(tab, url, { Range: range })
    expect(seen.status).toBe(206)
    expect(seen.digest).toBe(await exerciserDigest(size / 512, [start, size]))
  }
})

test('several ranges are answered in parts, near ones as one', async ({ tab }) => {
  const two = await read(tab, url, { Range: 'bytes=0-3, 5000000-5000003' })
  expect(two.status).toBe(206)
  expect(two.headers['content-type']).toMatch(/^multipart\/byteranges; boundary=/)
  expect(two.text).toContain(`Content-Range: bytes 0-3/${size}`)
  expect(two.text).toContain(`Content-Range: bytes 5000000-5000003/${size}`)
  const near = await read(tab, url, { Range: 'bytes=0-3, 4-7' })
  expect(near.headers['content-range']).toBe(`bytes 0-7/${size}`)
})

test('methods other than GET and HEAD go to the network untouched', async ({ tab }) => {
  const status = await tab.evaluate(
    async (path) => (await fetch(path, { method: 'POST', body: 'x' })).headers.get('cache-status'),
    url,
  )
  expect(status).toBeNull()
})
