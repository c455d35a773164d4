import { expect } from '@playwright/test'
import { resetConnection } from '../../src/demo/server/faults.ts'
import type { Ask, Bench } from './bench.ts'
import type { RfcDiskOptions } from './disk.ts'
import type { Expected, Row } from './row.ts'

const ask = { headers: { Range: 'bytes=0-99' } }
const hundred: Expected = { status: 206, body: [0, 100] }
const next: RfcDiskOptions = { etag: '"rfc-2"', version: 2 }
const isNext: Expected = { ...hundred, headers: { ETag: '"rfc-2"' } }
const isOld: Expected = { status: 206, headers: { ETag: '"rfc-1"' } }

/** A request on which the test's origin answers `status`, and serves another disk from then on. */
function write(method: string, status: number, serve?: RfcDiskOptions): Ask {
  return { method, body: JSON.stringify({ status, serve }) }
}

function rule(
  [section, level, text]: readonly [string, Row['level'], string],
  check: (bench: Bench) => Promise<void>,
): Row {
  return { section, level, rule: text, asksOrigin: true, check }
}

const invalidating: readonly Row[] = ['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
  [200, 204].map((status) =>
    rule(
      ['9111 4.4', 'MUST', `after a ${method} with ${status}, what was stored begins no session`],
      async (bench) => {
        await bench.ask(ask)
        await bench.expect(await bench.ask(write(method, status, next)), { status })
        const late = await bench.another()
        await bench.expect(await late.ask(ask), isNext)
        await late.close()
      },
    ),
  ),
)

const readingOwnWrites: readonly Row[] = ['PUT', 'PATCH', 'DELETE'].map((method) =>
  rule(
    ['9111 4.4', 'MUST', `after its ${method} a page reads what is there now`],
    async (bench) => {
      await bench.ask(ask)
      await bench.ask(write(method, 204, next))
      await bench.expect(await bench.ask(ask), isNext)
    },
  ),
)

/** Requests that may change the disk: RFC 9111 sections 4 and 4.4. */
export const writeRows: readonly Row[] = [
  ...invalidating,
  ...readingOwnWrites,
  rule(['9111 4.4', 'MUST', 'a page that only posted keeps its version'], async (bench) => {
    await bench.ask(ask)
    await bench.ask(write('POST', 204, next))
    await bench.expect(await bench.ask(ask), isOld)
  }),
  rule(['9111 4', 'MUST', 'a write goes to the origin, body and all'], async (bench) => {
    const request = write('PUT', 201, next)
    const seen = await bench.ask(request)
    expect([seen.status, seen.body.toString()]).toEqual([201, request.body])
    await bench.expect(await bench.ask(ask), isNext)
  }),
  ...[400, 404, 409, 500, 503].map((status) =>
    rule(
      ['9111 4.4', 'SHOULD', `a write that failed with ${status} invalidates nothing`],
      async (bench) => {
        await bench.ask(ask)
        await bench.expect(await bench.ask(write('PUT', status)), { status })
        const before = bench.asked().length
        await bench.expect(await bench.ask(ask), hundred)
        expect(bench.asked()).toHaveLength(before)
      },
    ),
  ),
  rule(
    ['9111 4.4', 'MUST', 'after a write, nothing is served unvalidated to a new session'],
    async (bench) => {
      await bench.ask(ask)
      bench.spoil(resetConnection())
      await bench.ask(write('PUT', 204, next))
      await bench.expect(await bench.ask(ask), { status: 503 })
    },
  ),
  rule(
    ['9111 4.4', 'MUST', 'a page that began before somebody else wrote keeps its version'],
    async (bench) => {
      await bench.ask(ask)
      const other = await bench.another()
      await bench.expect(await other.ask(ask), isOld)
      await bench.ask(write('PUT', 204, next))
      await bench.expect(await bench.ask(ask), isNext)
      await bench.expect(await other.ask(ask), isOld)
      await other.close()
    },
  ),
  rule(
    ['9111 4.4', 'MUST', 'a page that begins after a write reads what was written'],
    async (bench) => {
      await bench.ask(ask)
      const writer = await bench.another()
      await writer.ask(write('PUT', 204, next))
      await writer.close()
      const late = await bench.another()
      await bench.expect(await late.ask(ask), isNext)
      await bench.expect(await bench.ask(ask), isOld)
      await late.close()
    },
  ),
  rule(
    ['9111 4.4', 'MAY', 'a write that changed nothing costs validation, and no byte'],
    async (bench) => {
      await bench.ask(ask)
      const before = bench.asked().length
      await bench.ask(write('PUT', 200))
      await expect.poll(() => bench.asked().length).toBe(before + 1)
      await bench.expect(await bench.ask(ask), hundred)
      const again = bench.asked().slice(before)
      expect(new Set(again.map(({ range }) => range))).toEqual(new Set(['bytes=0-0']))
    },
  ),
  rule(
    [
      '9111 4.4',
      'MUST',
      'what was asked before a write and is answered after it counts for nothing',
    ],
    async (bench) => {
      await bench.ask(ask)
      let release = (): void => undefined
      const until = new Promise<void>((resolve) => {
        release = resolve
      })
      const slow = bench.hold(until)
      const before = bench.asked().length
      const early = bench.ask({ ...ask, cache: 'no-cache' })
      await expect.poll(() => bench.asked().length).toBe(before + 1)
      slow.remove()
      const writer = await bench.another()
      await writer.ask(write('PUT', 204, next))
      release()
      await early
      await bench.expect(await writer.ask(ask), isNext)
      await writer.close()
      const late = await bench.another()
      await bench.expect(await late.ask(ask), isNext)
      await late.close()
    },
  ),
]
