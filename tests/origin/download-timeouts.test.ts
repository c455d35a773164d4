import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { stall } from '../../src/demo/server/faults.ts'
import { serveOrigin, type ServedOrigin } from '../demo/serve-origin.ts'
import { differenceOf, makeDisk, makeDiskBytes, serveHandler } from './test-disk.ts'
import { createReceived, startDownload, strong, timeoutMs } from './test-download.ts'

const size = 300_000
const bytes = makeDiskBytes(size)
const range = { start: 1024, end: 201_024 }
const wanted = bytes.slice(range.start, range.end)
const expected = strong('"one"', size)
const forever = new Promise<void>(() => undefined)

let served: ServedOrigin
let url = ''
beforeAll(async () => {
  served = await serveOrigin({ extraDisks: new Map([['a.img', makeDisk(bytes)]]) })
  url = `${served.url}/disks/a.img`
})
beforeEach(() => {
  // Those of the code under test. Those of the server and of `fetch()` are other ones, and go on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  served.origin.reset()
})
afterAll(() => served.close())

/** Lets so many milliseconds pass for the code under test, at once: nothing depends on how busy the machine is. */
async function elapse(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

function ranges(): (string | undefined)[] {
  return served.origin.requests.map((record) => record.range)
}

/** Waits for an attempt to reach the origin. There is a pause before each but the first. */
async function untilTried(attempts: number): Promise<void> {
  await expect
    .poll(async () => {
      await elapse(5)
      return ranges().length
    })
    .toBe(attempts)
}

test('an origin that sends nothing for too long has timed out', async () => {
  served.origin.faults.add(stall({ afterBytes: 0, until: forever }))
  const outcome = startDownload({ url, range }, createReceived()).catch((error: unknown) => error)
  for (const attempts of [1, 2, 3]) {
    await untilTried(attempts)
    await elapse(timeoutMs)
  }
  expect(await outcome).toMatchObject({
    code: 'origin-unreachable',
    details: { timedOut: true, url, range },
  })
  expect(ranges()).toHaveLength(3)
  await expect.poll(() => served.origin.counters.open).toBe(0)
})

test('goes on where a body stalled', async () => {
  served.origin.faults.add(stall({ afterBytes: 70_000, until: forever }), { times: 1 })
  const sink = createReceived()
  const download = startDownload({ url, range, expected }, sink)
  await expect.poll(() => sink.bytes().byteLength).toBe(70_000)
  await elapse(timeoutMs)
  await untilTried(2)
  await download
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
  expect(ranges()).toEqual(['bytes=1024-201023', `bytes=${1024 + 70_000}-201023`])
})

test('a slow sink is not the fault of the origin', async () => {
  let pauses = 0
  const sink = createReceived({
    begin: () => elapse(2 * timeoutMs),
    write: () => (pauses++ < 2 ? elapse(2 * timeoutMs) : undefined),
  })
  await startDownload({ url, range }, sink)
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
  expect([served.origin.counters.requests, pauses > 1]).toEqual([1, true])
})

test('waiting for a turn is not waiting for the origin', async () => {
  const enter = async (): Promise<() => void> => {
    await elapse(2 * timeoutMs)
    return () => undefined
  }
  const sink = createReceived()
  await startDownload({ url, range, enter }, sink)
  expect(differenceOf(sink.bytes(), wanted)).toBe(undefined)
})

test('an answer that does not end after its last byte has brought everything', async () => {
  const asked: (string | undefined)[] = []
  const server = await serveHandler(({ headers }, response) => {
    asked.push(headers.range)
    response.writeHead(206, { 'Content-Range': `bytes 0-9999/${size}`, ETag: '"one"' })
    response.write(bytes.subarray(0, 10_000))
  })
  const sink = createReceived()
  const download = startDownload({ url: server.url, range: { start: 0, end: 10_000 } }, sink)
  await expect.poll(() => sink.bytes().byteLength).toBe(10_000)
  await elapse(timeoutMs)
  await download
  expect(differenceOf(sink.bytes(), bytes.slice(0, 10_000))).toBe(undefined)
  expect([asked, sink.ends()]).toEqual([['bytes=0-9999'], 1])
  await server.close()
})

test('reads a body of unknown length to its end while bytes keep coming', async () => {
  vi.useRealTimers()
  const server = await serveHandler((_request, response) => {
    response.writeHead(200, { ETag: '"one"' })
    let at = 0
    const timer = setInterval(() => {
      response.write(bytes.subarray(at, at + 40_000))
      at += 40_000
      if (at < size) return
      clearInterval(timer)
      response.end()
    }, 400)
  })
  const sink = createReceived()
  // In real time, and longer than the timeout in sum: the sink is given nothing before the end, which tells the length.
  await startDownload({ url: server.url, range: { start: 0, end: 512 }, timeoutMs: 2000 }, sink)
  expect(differenceOf(sink.bytes(), bytes)).toBe(undefined)
  await server.close()
})
