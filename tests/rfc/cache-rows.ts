import { expect } from '@playwright/test'
import { answerStatus, resetConnection, shortBody } from '../../src/demo/server/faults.ts'
import { withHeaders } from '../../src/demo/server/answer-plan.ts'
import type { Bench } from './bench.ts'
import { etag, size } from './disk.ts'
import { row } from './row.ts'
import type { Expected, Row } from './row.ts'

/** A part that lies in the first chunk. */
const ask = { headers: { Range: 'bytes=0-99' } }
const hundred: Expected = { status: 206, body: [0, 100] }
const changed = { etag: '"rfc-2"', version: 2 }

/** The number of requests that the origin has seen. */
function asks(bench: Bench): number {
  return bench.asked().length
}

const storing: readonly Row[] = [
  ...['no-store', 'private', 'max-age=60, No-Store', 'private="x-field"'].map(
    (cacheControl): Row => ({
      section: '9111 3',
      level: 'MUST',
      rule: `nothing is stored under Cache-Control: ${cacheControl}`,
      origin: { 'Cache-Control': cacheControl },
      asksOrigin: true,
      async check(bench) {
        await bench.expect(await bench.ask(ask), hundred)
        await bench.expect(await bench.ask(ask), hundred)
        expect(await bench.storedBytes()).toBe(0)
      },
    }),
  ),
  {
    section: '9111 5.2.1.5',
    level: 'MUST',
    rule: 'nothing is stored of the answer to a request with no-store',
    asksOrigin: true,
    async check(bench) {
      await bench.expect(await bench.ask({ ...ask, cache: 'no-store' }), hundred)
      const before = asks(bench)
      await bench.expect(await bench.ask(ask), hundred)
      expect(asks(bench)).toBe(before + (bench.state === 'cold' ? 1 : 0))
    },
  },
  {
    section: '9111 3',
    level: 'MUST',
    rule: 'a part whose own answer forbids storing is not stored',
    async check(bench) {
      await bench.expect(await bench.ask(ask), hundred)
      const { remove } = bench.spoil((plan) => withHeaders(plan, { 'Cache-Control': 'no-store' }))
      const last = { headers: { Range: 'bytes=9000-9099' } }
      await bench.expect(await bench.ask(last), { status: 206, body: [9000, 9100] })
      const before = asks(bench)
      remove()
      await bench.expect(await bench.ask(last), { status: 206, body: [9000, 9100] })
      expect(asks(bench)).toBe(before + (bench.state === 'cold' ? 1 : 0))
    },
  },
]

const incomplete: readonly Row[] = [
  {
    section: '9111 3.3',
    level: 'MUST',
    rule: 'a part is never sent as the whole: the rest is fetched',
    async check(bench) {
      await bench.ask(ask)
      const seen = await bench.ask()
      await bench.expect(seen, {
        status: 200,
        body: [0, size],
        headers: { 'Content-Length': String(size), 'Content-Range': null },
      })
    },
  },
  {
    section: '9111 3.3',
    level: 'MUST',
    rule: 'a body that broke off is not taken for a whole one',
    async check(bench) {
      const { remove } = bench.spoil(shortBody(50))
      const seen = await bench.ask({ headers: { Range: 'bytes=9000-9999' } })
      if (bench.state === 'warm') await bench.expect(seen, { status: 206, body: [9000, size] })
      else expect(seen.status).toBe(503)
      remove()
      await bench.expect(await bench.ask({ headers: { Range: 'bytes=9000-9999' } }), {
        status: 206,
        body: [9000, size],
      })
    },
  },
  {
    section: '9111 3.4',
    level: 'MUST',
    rule: 'parts of two versions are never combined',
    async check(bench) {
      await bench.expect(await bench.ask(ask), hundred)
      bench.serve(changed)
      const seen = await bench.ask()
      // All of the old one is stored, or the answer is an error, and no mixture.
      if (bench.state === 'warm') expect(seen.headers['etag']).toBe(etag)
      else expect(seen.status).toBe(503)
    },
  },
  {
    section: '9110 15.3.7.3',
    level: 'MUST',
    rule: 'combined parts have the fields of the newest answer',
    origin: { 'Cache-Control': 'max-age=5' },
    async check(bench) {
      await bench.ask(ask)
      bench.spoil((plan) => withHeaders(plan, { 'Cache-Control': 'max-age=77' }))
      await bench.ask({ headers: { Range: 'bytes=9000-9099' } })
      const { headers } = await bench.ask(ask)
      expect(headers['cache-control']).toBe(bench.state === 'cold' ? 'max-age=77' : 'max-age=5')
    },
  },
]

const reuse: readonly Row[] = [
  {
    section: '9111 4',
    level: 'MUST',
    rule: 'what another URL has is not used',
    asksOrigin: true,
    async check(bench) {
      await bench.ask(ask)
      const seen = await bench.ask({ ...ask, query: '-not-there' })
      expect(seen.status).toBe(502)
    },
  },
  {
    section: '9111 4',
    level: 'MUST',
    rule: 'an answer from the store has an Age, which adds to that of the origin',
    origin: { Age: '1000' },
    async check(bench) {
      const { headers } = await bench.ask(ask)
      expect(Number(headers['age'])).toBeGreaterThanOrEqual(1000)
      expect(Number(headers['age'])).toBeLessThan(2000)
    },
  },
  row(['9111 4', 'MUST', 'an answer has an Age where the origin sent none, too'], ask, {
    ...hundred,
    headers: { Age: /^\d+$/ },
  }),
  row(
    ['9110 6.6.1', 'MUST', 'an answer has the Date of its origin'],
    ask,
    { ...hundred, headers: { Date: 'Wed, 04 Mar 2026 10:00:00 GMT' } },
    { origin: { Date: 'Wed, 04 Mar 2026 10:00:00 GMT' } },
  ),
  {
    section: '9111 4',
    level: 'MAY',
    rule: 'a HEAD is answered from what a GET has stored',
    async check(bench) {
      await bench.ask(ask)
      const before = asks(bench)
      await bench.expect(await bench.ask({ method: 'HEAD' }), {
        status: 200,
        body: 'none',
        headers: { 'Content-Length': String(size), ETag: etag },
      })
      expect(asks(bench)).toBe(before)
    },
  },
  {
    section: '9111 4.2.4',
    level: 'MAY',
    rule: 'without a network, what is stored is served',
    async check(bench) {
      await bench.expect(await bench.ask(ask), hundred)
      bench.spoil(resetConnection())
      await bench.expect(await bench.ask(ask), hundred)
    },
  },
  {
    section: '9110 15.6.4',
    level: 'MAY',
    rule: 'an origin that asks for patience is quoted',
    disk: { version: 1 },
    async check(bench) {
      bench.spoil(answerStatus(503, 120))
      const seen = await bench.ask(ask)
      if (bench.state === 'warm') await bench.expect(seen, hundred)
      else await bench.expect(seen, { status: 503, headers: { 'Retry-After': '120' } })
    },
  },
]

/** Storing, combining and reusing: RFC 9111 sections 3, 4 and 5, RFC 9110 section 15.3.7.3. */
export const cacheRows: readonly Row[] = [...storing, ...incomplete, ...reuse]
