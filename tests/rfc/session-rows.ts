import { answerStatus, resetConnection } from '../../src/demo/server/faults.ts'
import { withHeaders } from '../../src/demo/server/answer-plan.ts'
import type { FaultTransform } from '../../src/demo/server/fault-transform.ts'
import type { Bench } from './bench.ts'
import type { RfcDiskOptions } from './disk.ts'
import { size } from './disk.ts'
import type { Expected, Row } from './row.ts'

const ask = { headers: { Range: 'bytes=0-99' } }
const past = { ...ask, cache: 'no-store' } as const
const hundred: Expected = { status: 206, body: [0, 100] }
const next: RfcDiskOptions = { etag: '"rfc-2"', version: 2 }
const isOld: Expected = { status: 206, headers: { ETag: '"rfc-1"' } }
const isNext: Expected = { ...hundred, headers: { ETag: '"rfc-2"' } }

function rule(
  [section, level, text]: readonly [string, Row['level'], string],
  check: (bench: Bench) => Promise<void>,
  disk: RfcDiskOptions = {},
): Row {
  return { section, level, rule: text, disk, asksOrigin: true, check }
}

/** What a captive portal puts in place of any answer. */
const loginPage: FaultTransform = (plan, source, request) =>
  withHeaders({ ...answerStatus(200)(plan, source, request) }, { 'Content-Type': 'text/html' })

/** Reads past the store, and what they mean for the version that a page reads. */
export const sessionRows: readonly Row[] = [
  rule(
    ['9111 4.3.3', 'MUST', 'a new page that wants validation gets what the origin has now'],
    async (bench) => {
      await bench.expect(await bench.ask(ask), isOld)
      bench.serve(next)
      const other = await bench.another()
      await bench.expect(await other.ask({ ...ask, cache: 'no-cache' }), isNext)
      await bench.expect(await other.ask(ask), isNext)
      await bench.expect(await bench.ask(ask), isOld)
      await other.close()
    },
  ),
  rule(
    ['9111 4.3.3', 'MUST', 'a page that begins with reload gets what the origin has now'],
    async (bench) => {
      await bench.expect(await bench.ask(ask), isOld)
      bench.serve(next)
      const other = await bench.another()
      await bench.expect(await other.ask({ ...ask, cache: 'reload' }), isNext)
      await other.close()
    },
  ),
  rule(
    ['9111 3', 'MUST', 'a page that began past the store stays with the version that it got'],
    async (bench) => {
      await bench.expect(await bench.ask(ask), isOld)
      bench.serve(next)
      const other = await bench.another()
      await bench.expect(await other.ask(past), isNext)
      await bench.expect(await other.ask(ask), isNext)
      await other.close()
    },
  ),
  rule(
    ['9111 3', 'MUST', 'another size is another version, though the date is the same'],
    async (bench) => {
      await bench.expect(await bench.ask(ask), hundred)
      bench.serve({ etag: null, sizeBytes: size - 1, version: 2 })
      await bench.expect(await bench.ask(past), { status: 503 })
    },
    { etag: null },
  ),
  rule(['9110 9.3.2', 'MUST', 'a HEAD past the store tells no version'], async (bench) => {
    const gzipped = bench.spoil((plan, _source, { method }) =>
      method === 'HEAD' ? withHeaders(plan, { 'Content-Length': '77' }) : plan,
    )
    await bench.ask({ method: 'HEAD', cache: 'no-store' })
    gzipped.remove()
    await bench.expect(await bench.ask(ask), hundred)
  }),
  rule(
    ['9110 15.3.1', 'MUST', 'a login page past the store is refused, and forgotten'],
    async (bench) => {
      const portal = bench.spoil(loginPage)
      await bench.expect(await bench.ask(past), { status: 502 })
      portal.remove()
      await bench.expect(await bench.ask(past), hundred)
      await bench.expect(await bench.ask(ask), hundred)
    },
  ),
  ...[404, 416, 503].map((status) =>
    rule(
      ['9110 15', 'MUST', `past the store, a ${status} for bytes that exist is no answer`],
      async (bench) => {
        await bench.expect(await bench.ask(ask), hundred)
        bench.spoil((...spoiled) =>
          withHeaders(answerStatus(status)(...spoiled), { 'Content-Range': `bytes */${size}` }),
        )
        const seen = await bench.ask(past)
        await bench.expect(seen, status === 503 ? hundred : { status: 502 })
      },
    ),
  ),
  rule(
    ['9111 4.2.4', 'MAY', 'a long reload without a network is answered from the store'],
    async (bench) => {
      await bench.ask()
      bench.spoil(resetConnection())
      const seen = await bench.ask({ cache: 'reload' })
      await bench.expect(seen, { status: 200, body: [0, 5_000_000] })
    },
    { sizeBytes: 5_000_000 },
  ),
]
