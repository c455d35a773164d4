import { afterAll, beforeAll, expect, test } from 'vitest'

import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { serveOrigin, type ServedOrigin } from './serve-origin.ts'

const SIZE = 1000
const BYTES = Uint8Array.from({ length: SIZE }, (_, index) => index % 251)
const DISK: DiskSource = {
  size: SIZE,
  etag: '"v1"',
  lastModified: new Date('2024-05-06T07:08:09Z'),
  read: (start, end) => BYTES.subarray(start, end),
}
const MODIFIED = 'Mon, 06 May 2024 07:08:09 GMT'

let served: ServedOrigin
beforeAll(async () => {
  const weak = { ...DISK, etag: 'W/"v1"' }
  const anonymous = { ...DISK, etag: undefined, lastModified: undefined }
  const extraDisks = new Map(
    Object.entries({ 'a.img': DISK, 'weak.img': weak, 'none.img': anonymous }),
  )
  served = await serveOrigin({ extraDisks })
})
afterAll(() => served.close())

function request(
  headers: Record<string, string>,
  method = 'GET',
  name = 'a.img',
): Promise<Response> {
  return fetch(`${served.url}/disks/${name}`, { method, headers })
}

test('a plain GET has the whole disk and tells what a reader of ranges needs', async () => {
  const response = await request({})
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    'content-length': '1000',
    'content-type': 'application/octet-stream',
    etag: '"v1"',
    'last-modified': MODIFIED,
    'timing-allow-origin': '*',
  })
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES)
})

test.each([
  ['bytes=0-0', 0, 1],
  ['bytes=10-19', 10, 20],
  ['bytes=990-', 990, 1000],
  ['bytes=-10', 990, 1000],
  ['bytes=-5000', 0, 1000],
  ['bytes=990-99999999999999999999', 990, 1000],
  ['BYTES=1-2', 1, 3],
  ['bytes= 1-2 ', 1, 3],
  ['bytes=5000-6000,1-2', 1, 3],
])('%s answers with bytes from %i up to %i', async (range, start, end) => {
  const response = await request({ Range: range })
  expect(response.status).toBe(206)
  expect(response.headers.get('Content-Range')).toBe(`bytes ${start}-${end - 1}/${SIZE}`)
  expect(response.headers.get('Content-Length')).toBe(String(end - start))
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES.subarray(start, end))
})

test.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=4000-,5000-'])(
  '%s cannot be satisfied, and the size is told',
  async (range) => {
    const response = await request({ Range: range })
    expect(response.status).toBe(416)
    expect(response.headers.get('Content-Range')).toBe('bytes */1000')
  },
)

test.each(['bytes=9-1', 'bytes=a-b', 'bytes=-', 'bytes=', 'items=0-1', 'bytes=0-1,x'])(
  '%s is ignored',
  async (range) => {
    const response = await request({ Range: range })
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBe(SIZE)
  },
)

test('several ranges come as parts in the order asked for', async () => {
  const response = await request({ Range: 'bytes=500-501,0-0,-1' })
  expect(response.status).toBe(206)
  const type = response.headers.get('Content-Type') ?? ''
  expect(type).toMatch(/^multipart\/byteranges; boundary=/)
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1')
  expect(response.headers.get('Content-Length')).toBe(String(body.length))
  const boundary = type.replace(/.*boundary=/, '')
  const parts = body.split(`--${boundary}`)
  expect(parts.at(-1)).toBe('--\r\n')
  const read = parts.slice(1, -1).map((part) => {
    const [head = '', bytes = ''] = part.split('\r\n\r\n')
    return [/content-range: (.*)/i.exec(head)?.[1], Buffer.from(bytes.slice(0, -2), 'latin1')]
  })
  expect(read).toEqual([
    ['bytes 500-501/1000', Buffer.from(BYTES.subarray(500, 502))],
    ['bytes 0-0/1000', Buffer.from(BYTES.subarray(0, 1))],
    ['bytes 999-999/1000', Buffer.from(BYTES.subarray(999))],
  ])
})

test('HEAD has the headers of the whole disk, whatever range it names', async () => {
  const response = await request({ Range: 'bytes=0-9' }, 'HEAD')
  expect(response.status).toBe(200)
  expect(response.headers.get('Content-Length')).toBe('1000')
  expect((await response.arrayBuffer()).byteLength).toBe(0)
})

test.each([
  ['a.img', '"v1"', 206],
  ['a.img', '"v2"', 200],
  ['a.img', 'W/"v1"', 200],
  ['a.img', MODIFIED, 206],
  ['a.img', 'Mon, 06 May 2024 07:08:10 GMT', 200],
  ['weak.img', 'W/"v1"', 200],
  ['none.img', '"v1"', 200],
])('a range of %s with If-Range: %s is answered %i', async (name, validator, status) => {
  const response = await request({ Range: 'bytes=0-9', 'If-Range': validator }, 'GET', name)
  expect(response.status).toBe(status)
  await response.arrayBuffer()
})

test.each([
  [{ 'If-None-Match': '"v1"' }, 304],
  [{ 'If-None-Match': '"x", W/"v1"' }, 304],
  [{ 'If-None-Match': '*' }, 304],
  [{ 'If-None-Match': '"v2"' }, 200],
  [{ 'If-None-Match': '"v2"', 'If-Modified-Since': MODIFIED }, 200],
  [{ 'If-Modified-Since': MODIFIED }, 304],
  [{ 'If-Modified-Since': 'Mon, 06 May 2024 07:08:08 GMT' }, 200],
  [{ 'If-Match': '"v1"' }, 200],
  [{ 'If-Match': '*' }, 200],
  [{ 'If-Match': 'W/"v1"' }, 412],
  [{ 'If-Match': '"v2"', Range: 'bytes=0-1' }, 412],
  [{ 'If-Unmodified-Since': MODIFIED }, 200],
  [{ 'If-Unmodified-Since': 'Mon, 06 May 2024 07:08:08 GMT' }, 412],
])('%j is answered %i', async (headers, status) => {
  const response = await request({ ...headers })
  expect(response.status).toBe(status)
  if (status === 304) expect(response.headers.get('ETag')).toBe('"v1"')
  await response.arrayBuffer()
})

test('a disk without validators has none', async () => {
  const { headers } = await request({}, 'HEAD', 'none.img')
  expect([headers.get('ETag'), headers.get('Last-Modified')]).toEqual([null, null])
})
