import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { stall } from '../../src/demo/server/faults.ts'
import { serveOrigin, type ServedOrigin } from '../demo/serve-origin.ts'
import { differenceOf, makeDisk, makeDiskBytes, serveHandler } from './test-disk.ts'
import { collectGarbage } from './collect-garbage.ts'
import { createReceived, startDownload } from './test-download.ts'

const size = 300_000
const bytes = makeDiskBytes(size)
const range = { start: 0, end: size }

let served: ServedOrigin
let url = ''
beforeAll(async () => {
  served = await serveOrigin({ extraDisks: new Map([['a.img', makeDisk(bytes)]]) })
  url = `${served.url}/disks/a.img`
})
afterEach(() => served.origin.reset())
afterAll(() => served.close())

test('a sink that refuses the response cancels its body', async () => {
  const refusal = new Error('not this one')
  const sink = createReceived({ begin: () => Promise.reject(refusal) })
  const large = `${served.url}/disks/exerciser-1TiB.img`
  await expect(startDownload({ url: large, range: { start: 0, end: 2 ** 40 } }, sink)).rejects.toBe(
    refusal,
  )
  await expect.poll(() => served.origin.counters.open).toBe(0)
  expect([served.origin.counters.requests, sink.writes]).toEqual([1, []])
})

test('a sink that cannot write cancels the body', async () => {
  const failure = new Error('no room')
  const sink = createReceived({ write: () => Promise.reject(failure) })
  const large = `${served.url}/disks/exerciser-1TiB.img`
  await expect(startDownload({ url: large, range: { start: 0, end: 2 ** 40 } }, sink)).rejects.toBe(
    failure,
  )
  await expect.poll(() => served.origin.counters.open).toBe(0)
  expect([served.origin.counters.requests, sink.writes.length]).toEqual([1, 1])
})

test('leaves the rest unread when the sink has what it wanted', async () => {
  const whole = { start: 0, end: 2 ** 40 }
  const sink = createReceived()
  const isSatisfied = (): boolean => sink.bytes().byteLength > 2000
  const large = `${served.url}/disks/exerciser-1TiB.img`
  await startDownload({ url: large, range: whole }, { ...sink, isSatisfied })
  expect([sink.ends(), served.origin.counters.requests]).toEqual([1, 1])
  await expect.poll(() => served.origin.counters.open).toBe(0)
})

test('gives the sink nothing more until it has taken what it was given', async () => {
  let busy = 0
  const sink = createReceived({
    async write() {
      expect(++busy).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      busy--
    },
  })
  await startDownload({ url, range }, sink)
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
})

test('refuses a body that is longer than its headers said', async () => {
  const server = await serveHandler((_request, response) => {
    response.writeHead(206, { 'Content-Range': 'bytes 0-9/100', ETag: '"one"' })
    response.end(new Uint8Array(11))
  })
  const sink = createReceived()
  await expect(
    startDownload({ url: server.url, range: { start: 0, end: 10 } }, sink),
  ).rejects.toMatchObject({ code: 'origin-bad-response' })
  // They may be those of another place.
  expect([sink.writes, sink.ends()]).toEqual([[], 0])
  await server.close()
})

test('asks for the rest when the origin sends less than was asked for', async () => {
  const asked: (string | undefined)[] = []
  const server = await serveHandler(({ headers }, response) => {
    asked.push(headers.range)
    const start = Number(/\d+/.exec(headers.range ?? '')?.[0])
    const end = Math.min(start + 100_000, size)
    response.writeHead(206, { 'Content-Range': `bytes ${start}-${end - 1}/${size}`, ETag: '"one"' })
    response.end(bytes.subarray(start, end))
  })
  const sink = createReceived()
  await startDownload({ url: server.url, range }, sink)
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
  expect(asked).toEqual(['bytes=0-299999', 'bytes=100000-299999', 'bytes=200000-299999'])
  await server.close()
})

test.each([
  ['honest answers', (start: number) => start],
  ['broken answers', (start: number) => start + 50_000],
])('gives up on an origin that brings a few bytes at a time, by %s', async (_, lastOf) => {
  let asked = 0
  const server = await serveHandler(({ headers }, response) => {
    asked++
    const start = Number(/\d+/.exec(headers.range ?? '')?.[0])
    const contentRange = `bytes ${start}-${lastOf(start)}/${size}`
    response.writeHead(206, { 'Content-Range': contentRange, ETag: '"one"' })
    response.end(bytes.subarray(start, start + 1))
  })
  const sink = createReceived()
  const outcome = await startDownload({ url: server.url, range }, sink).catch(
    (error: unknown) => error,
  )
  expect(outcome).toMatchObject({
    code: expect.stringMatching(/^origin-(bad-response|unreachable)$/) as unknown,
  })
  expect([asked, sink.bytes().byteLength]).toEqual([3, 3])
  await server.close()
})

test('asks for the rest of a body that ended early, as if it were complete', async () => {
  const asked: (string | undefined)[] = []
  const server = await serveHandler(({ headers }, response) => {
    const start = Number(/\d+/.exec(headers.range ?? '')?.[0])
    asked.push(headers.range)
    response.writeHead(206, { 'Content-Range': `bytes ${start}-9999/${size}`, ETag: '"one"' })
    response.end(bytes.subarray(start, Math.min(start + 6000, 10_000)))
  })
  const sink = createReceived()
  await startDownload({ url: server.url, range: { start: 0, end: 10_000 } }, sink)
  expect(differenceOf(sink.bytes(), bytes.slice(0, 10_000))).toBe(undefined)
  expect([asked, sink.ends()]).toEqual([['bytes=0-9999', 'bytes=6000-9999'], 1])
  await server.close()
})

test('a connection that breaks after the last byte has brought everything', async () => {
  const asked: (string | undefined)[] = []
  const server = await serveHandler(({ headers }, response) => {
    asked.push(headers.range)
    // Without a length: the body ends with an empty chunk, which never comes.
    response.writeHead(206, { 'Content-Range': `bytes 0-9999/${size}`, ETag: '"one"' })
    response.write(bytes.subarray(0, 10_000), () => response.destroy())
  })
  const sink = createReceived()
  await startDownload({ url: server.url, range: { start: 0, end: 10_000 } }, sink)
  expect(differenceOf(sink.bytes(), bytes.slice(0, 10_000))).toBe(undefined)
  expect([asked, sink.ends()]).toEqual([['bytes=0-9999'], 1])
  await server.close()
})

test('tries again when a body of unknown length breaks off', async () => {
  let requests = 0
  const server = await serveHandler((_request, response) => {
    requests++
    response.writeHead(200, { ETag: '"one"' })
    response.write(bytes.subarray(0, 1000), () => {
      if (requests === 1) response.destroy()
      else response.end(bytes.subarray(1000))
    })
  })
  const sink = createReceived()
  await startDownload({ url: server.url, range: { start: 0, end: 512 } }, sink)
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
  expect(requests).toBe(2)
  await server.close()
})

test.each([
  ['before the headers', -1],
  ['in the middle of the body', 1000],
])('rejects with aborted %s, and does not try again', async (_, afterBytes) => {
  const forever = new Promise<void>(() => undefined)
  const controller = new AbortController()
  served.origin.faults.add(stall({ afterBytes: Math.max(0, afterBytes), until: forever }))
  if (afterBytes < 0) served.origin.shape.latencyMs = 60_000
  const download = startDownload({ url, range, signal: controller.signal }, createReceived())
  const outcome = expect(download).rejects.toMatchObject({ code: 'aborted' })
  const { counters } = served.origin
  await expect
    .poll(() => [counters.requests, counters.bytesSent])
    .toEqual([1, Math.max(0, afterBytes)])
  // Whatever only leads from one signal to the next must still be there.
  collectGarbage()
  controller.abort()
  served.origin.shape.latencyMs = 0
  await outcome
  await expect.poll(() => counters.open).toBe(0)
  expect(counters.requests).toBe(1)
})
