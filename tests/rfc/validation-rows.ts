import { expect } from '@playwright/test'
import { withHeaders } from '../../src/demo/server/answer-plan.ts'
import { answerStatus, resetConnection } from '../../src/demo/server/faults.ts'
import { etag } from './disk.ts'
import { row } from './row.ts'
import type { Expected, Row } from './row.ts'

const ask = { headers: { Range: 'bytes=0-99' } }
const hundred: Expected = { status: 206, body: [0, 100] }
const changed = { etag: '"rfc-2"', version: 2 }

/** Validating: RFC 9111 section 4.3. */
export const validationRows: readonly Row[] = [
  {
    section: '9110 13.1.5',
    level: 'MUST',
    rule: 'a strong tag is sent in If-Range when more of a disk is fetched',
    async check(bench) {
      await bench.ask(ask)
      await bench.ask({ headers: { Range: 'bytes=9000-9099' } })
      const sent = bench.asked().map(({ headers }) => headers['if-range'])
      expect(sent).toEqual(bench.state === 'cold' ? [undefined, etag] : [])
    },
  },
  {
    section: '9110 13.1.5',
    level: 'MUST',
    rule: 'a weak tag is never sent in If-Range',
    disk: { etag: `W/${etag}` },
    async check(bench) {
      await bench.ask(ask)
      await bench.ask({ headers: { Range: 'bytes=9000-9099' } })
      expect(bench.asked().every(({ headers }) => headers['if-range'] === undefined)).toBe(true)
    },
  },
  row(
    ['9111 4.3.2', 'SHOULD', 'without Last-Modified, If-Modified-Since is compared with Date'],
    { headers: { 'If-Modified-Since': 'Thu, 05 Mar 2026 10:00:00 GMT' } },
    { status: 304, body: 'none' },
    { disk: { lastModified: null }, origin: { Date: 'Wed, 04 Mar 2026 10:00:00 GMT' } },
  ),
  {
    section: '9111 4.3.2',
    level: 'SHOULD',
    rule: 'conditions are evaluated without a network',
    async check(bench) {
      await bench.ask(ask)
      bench.spoil(resetConnection())
      const seen = await bench.ask({ headers: { 'If-None-Match': etag } })
      await bench.expect(seen, { status: 304, body: 'none' })
    },
  },
  {
    section: '9111 4.3.3',
    level: 'MUST',
    rule: 'a validation that finds another version does not serve the old one as valid',
    asksOrigin: true,
    async check(bench) {
      await bench.ask(ask)
      bench.serve(changed)
      await bench.expect(await bench.ask({ ...ask, cache: 'no-cache' }), { status: 503 })
    },
  },
  {
    section: '9111 4.3.3',
    level: 'MAY',
    rule: 'a validation that meets a 5xx serves what is stored, and says so',
    asksOrigin: true,
    async check(bench) {
      await bench.ask(ask)
      bench.spoil(answerStatus(500))
      const seen = await bench.ask({ ...ask, cache: 'no-cache' })
      await bench.expect(seen, { ...hundred, headers: { 'Cache-Status': /not validated/ } })
    },
  },
  {
    section: '9111 4.3.4',
    level: 'MUST',
    rule: 'a validation brings the stored fields up to date',
    origin: { Age: '500' },
    asksOrigin: true,
    async check(bench) {
      await bench.ask(ask)
      bench.spoil((plan) => withHeaders(plan, { Age: '3', 'Cache-Control': 'max-age=9' }))
      await bench.ask({ ...ask, cache: 'no-cache' })
      const { headers } = await bench.ask(ask)
      expect(headers['cache-control']).toBe('max-age=9')
      expect(Number(headers['age'])).toBeLessThan(400)
    },
  },
]
