import { expect } from '@playwright/test'
import type { Ask } from './bench.ts'
import type { Expected, Row } from './row.ts'

const ask = { headers: { Range: 'bytes=0-99' } }
const hundred: Expected = { status: 206, body: [0, 100] }

const tenant = (name: string): Ask => ({ headers: { ...ask.headers, 'X-Tenant': name } })

/** `Vary`: RFC 9111 section 4.1. */
export const varyRows: readonly Row[] = [
  {
    section: '9111 4.1',
    level: 'MUST',
    rule: 'under Vary: * nothing is reused',
    asksOrigin: true,
    origin: { Vary: '*' },
    async check(bench) {
      await bench.expect(await bench.ask(ask), hundred)
      const before = bench.asked().length
      await bench.expect(await bench.ask(ask), hundred)
      expect(bench.asked()).toHaveLength(before + 1)
    },
  },
  {
    section: '9111 4.1',
    level: 'MUST',
    rule: 'what was stored for requests without a nominated field answers none that has it',
    asksOrigin: true,
    origin: { Vary: 'X-Tenant' },
    async check(bench) {
      await bench.expect(await bench.ask(ask), hundred)
      const before = bench.asked().length
      await bench.expect(await bench.ask(tenant('b')), hundred)
      expect(
        bench
          .asked()
          .slice(before)
          .map(({ headers }) => headers['x-tenant']),
      ).toEqual(['b'])
    },
  },
  {
    section: '9111 4.1',
    level: 'MAY',
    rule: 'what was stored for requests without a nominated field answers those',
    origin: { Vary: 'X-Tenant, Accept-Encoding, Origin' },
    async check(bench) {
      await bench.ask(ask)
      const before = bench.asked().length
      await bench.expect(await bench.ask(ask), { ...hundred, headers: { Vary: /X-Tenant/ } })
      expect(bench.asked()).toHaveLength(before)
    },
  },
  {
    section: '9111 4.1',
    level: 'MUST',
    rule: 'what is validated for one value is not validated for another, though both have one date',
    asksOrigin: true,
    disk: { etag: null },
    origin: { Vary: 'X-Tenant' },
    async check(bench) {
      await bench.ask(ask)
      bench.serve({ etag: null, version: 2 })
      const other: Expected = { status: 206, body: [0, 100] }
      await bench.expect(await bench.ask({ ...tenant('b'), cache: 'no-cache' }), other)
      await bench.expect(await bench.ask(tenant('b')), other)
    },
  },
  {
    section: '9111 4.1',
    level: 'MUST',
    rule: 'a write does not make what was stored for one value good for another',
    asksOrigin: true,
    disk: { etag: null },
    origin: { Vary: 'X-Tenant' },
    async check(bench) {
      await bench.ask(tenant('a'))
      await bench.ask({ method: 'POST', body: JSON.stringify({ status: 204 }) })
      bench.serve({ etag: null, version: 2 })
      await bench.expect(await bench.ask(tenant('b')), { status: 206, body: [0, 100] })
    },
  },
  {
    section: '9111 4.1',
    level: 'MUST',
    rule: 'what two readers with other values get at once is not stored for either',
    disk: { etag: null },
    origin: { Vary: 'X-Tenant' },
    asksOrigin: true,
    async check(bench) {
      const both = await Promise.all([bench.ask(tenant('a')), bench.ask(tenant('b'))])
      for (const seen of both) await bench.expect(seen, hundred)
      const before = bench.asked().length
      await bench.expect(await bench.ask(tenant('a')), hundred)
      expect(bench.asked()).toHaveLength(before + 1)
      if (bench.state === 'cold') expect(await bench.storedBytes()).toBe(0)
    },
  },
]
