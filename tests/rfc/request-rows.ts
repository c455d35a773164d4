import { expect } from '@playwright/test'
import { resetConnection } from '../../src/demo/server/faults.ts'
import type { Ask, Bench } from './bench.ts'
import { etag, size } from './disk.ts'
import { row } from './row.ts'
import type { Expected, Row } from './row.ts'

const ask = { headers: { Range: 'bytes=0-99' } }
const hundred: Expected = { status: 206, body: [0, 100] }

function ranges(bench: Bench): unknown[] {
  return bench.asked().map(({ range }) => range)
}

/** A row that asks on a disk of which the first chunk is stored, or all. */
function afterFirst(
  [section, level, rule]: readonly [string, Row['level'], string],
  { request, answer, asked }: { request: Ask; answer: Expected; asked: readonly string[] },
): Row {
  return {
    section,
    level,
    rule,
    asksOrigin: asked.length > 0,
    async check(bench) {
      await bench.ask(ask)
      const before = bench.asked().length
      await bench.expect(await bench.ask(request), answer)
      expect(ranges(bench).slice(before)).toEqual(asked)
    },
  }
}

const modes: readonly Row[] = [
  afterFirst(['Fetch 2.2.5', 'MUST', 'force-cache uses what is stored'], {
    request: { ...ask, cache: 'force-cache' },
    answer: { ...hundred, headers: { 'Cache-Status': 'sectorcache; hit' } },
    asked: [],
  }),
  afterFirst(['Fetch 2.2.5', 'MUST', 'no-cache asks whether the version still stands'], {
    request: { ...ask, cache: 'no-cache' },
    answer: { ...hundred, headers: { 'Cache-Status': /^sectorcache; fwd=request/ } },
    asked: ['bytes=0-0'],
  }),
  ...[
    { 'Cache-Control': 'no-cache' },
    { 'Cache-Control': 'max-age=0' },
    { Pragma: 'no-cache' },
  ].map((fields) =>
    afterFirst(['9111 5.2.1.4', 'SHOULD', `as no-cache: ${JSON.stringify(fields)}`], {
      request: { headers: { ...ask.headers, ...fields } },
      answer: hundred,
      asked: ['bytes=0-0'],
    }),
  ),
  afterFirst(['Fetch 2.2.5', 'MUST', 'reload asks whether the version still stands'], {
    request: { ...ask, cache: 'reload' },
    answer: { ...hundred, headers: { 'Cache-Status': /^sectorcache; fwd=request/ } },
    asked: ['bytes=0-0'],
  }),
  afterFirst(
    ['9111 5.2.1.5', 'MUST', 'no-store as a field goes past the store, whatever the mode'],
    {
      request: { headers: { ...ask.headers, 'Cache-Control': 'no-store' }, cache: 'reload' },
      answer: hundred,
      asked: ['bytes=0-99'],
    },
  ),
  afterFirst(['Fetch 2.2.5', 'MUST', 'no-store goes past the store'], {
    request: { ...ask, cache: 'no-store' },
    answer: { ...hundred, headers: { 'Cache-Status': null } },
    asked: ['bytes=0-99'],
  }),
  afterFirst(['9111 5.2.1.7', 'SHOULD', 'only-if-cached is answered from the store'], {
    request: { ...ask, cache: 'only-if-cached', mode: 'same-origin' },
    answer: hundred,
    asked: [],
  }),
  {
    section: '9111 5.2.1.7',
    level: 'SHOULD',
    rule: 'only-if-cached is a 504 where something is not stored, and nobody is asked',
    async check(bench) {
      const only = { cache: 'only-if-cached', mode: 'same-origin' } as const
      const missing: Expected = { status: 504, headers: { 'Content-Type': /problem/ } }
      const isWarm = bench.state === 'warm'
      await bench.expect(await bench.ask({ ...ask, ...only }), isWarm ? hundred : missing)
      expect(bench.asked()).toHaveLength(0)
      await bench.ask(ask)
      const before = bench.asked().length
      const all = await bench.ask(only)
      await bench.expect(all, isWarm ? { status: 200, body: [0, size] } : missing)
      const last = await bench.ask({ headers: { Range: 'bytes=-1' }, ...only })
      await bench.expect(last, isWarm ? { status: 206, body: [9999, size] } : missing)
      expect(bench.asked()).toHaveLength(before)
    },
  },
  {
    section: '9111 4.2.4',
    level: 'MAY',
    rule: 'no-cache, reload and no-store without a network are answered from the store',
    asksOrigin: true,
    async check(bench) {
      await bench.ask(ask)
      bench.spoil(resetConnection())
      await bench.expect(await bench.ask({ ...ask, cache: 'no-cache' }), hundred)
      await bench.expect(await bench.ask({ ...ask, cache: 'reload' }), hundred)
      await bench.expect(await bench.ask({ ...ask, cache: 'no-store' }), hundred)
      await bench.expect(await bench.ask(ask), hundred)
    },
  },
  {
    section: '9111 4.2.4',
    level: 'MUST',
    rule: 'no-store without a network is an error for what is not stored',
    asksOrigin: true,
    async check(bench) {
      bench.spoil(resetConnection())
      const seen = await bench.ask({ ...ask, cache: 'no-store' })
      await bench.expect(seen, bench.state === 'warm' ? hundred : { status: 503 })
    },
  },
  {
    section: 'Fetch 2.2.5',
    level: 'MUST',
    rule: 'reload stores what was missing',
    asksOrigin: true,
    async check(bench) {
      await bench.expect(await bench.ask({ ...ask, cache: 'reload' }), hundred)
      bench.spoil(resetConnection())
      await bench.expect(await bench.ask(ask), hundred)
    },
  },
  {
    section: '9111 3',
    level: 'MUST',
    rule: 'past the store, a session does not get another version either',
    asksOrigin: true,
    async check(bench) {
      await bench.ask(ask)
      bench.serve({ etag: '"rfc-2"', version: 2 })
      await bench.expect(await bench.ask({ ...ask, cache: 'no-store' }), { status: 503 })
      await bench.expect(await bench.ask({ ...ask, cache: 'reload' }), { status: 503 })
    },
  },
]

const forwarding: readonly Row[] = [
  {
    section: '9110 11.6.2',
    level: 'MUST',
    rule: 'credentials and the fields of an author reach the origin',
    async check(bench) {
      const fields = { Authorization: 'Bearer secret', 'X-Custom': 'yes' }
      await bench.ask({ headers: { ...ask.headers, ...fields } })
      for (const { headers } of bench.asked()) {
        expect([headers.authorization, headers['x-custom']]).toEqual(['Bearer secret', 'yes'])
      }
      expect(bench.asked()).toHaveLength(bench.state === 'cold' ? 1 : 0)
    },
  },
  {
    section: '9111 4',
    level: 'MUST',
    rule: 'parameters outside key-params do not count, but reach the origin',
    async check(bench) {
      await bench.ask({ ...ask, query: '?signature=a' })
      const last = { headers: { Range: 'bytes=9000-9099' }, query: '?signature=b' }
      await bench.expect(await bench.ask(last), { status: 206, body: [9000, 9100] })
      await bench.expect(await bench.ask({ ...ask, query: '?signature=c' }), hundred)
      const sent = bench.asked().map(({ url }) => url.replace(/^.*\?/, ''))
      expect(sent).toEqual(bench.state === 'cold' ? ['signature=a', 'signature=b'] : [])
    },
  },
  row(
    ['Fetch 4.3', 'MUST', 'a same-origin no-cors read is answered like any other'],
    { mode: 'no-cors' },
    { status: 200, body: [0, size], headers: { ETag: etag, 'Cache-Status': /^sectorcache/ } },
  ),
]

/** What a request itself asks for: cache modes, and what the origin gets to see. */
export const requestRows: readonly Row[] = [...modes, ...forwarding]
