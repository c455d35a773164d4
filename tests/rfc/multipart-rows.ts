import { expect } from '@playwright/test'
import type { Bench, Seen } from './bench.ts'
import { createRfcDisk, size } from './disk.ts'
import { parseMultipart } from './parse-multipart.ts'
import { row } from './row.ts'
import type { Row } from './row.ts'

type Range = readonly [start: number, end: number]

/** Checks that an answer has just these parts, in this order, each with its bytes. */
async function expectParts(seen: Seen, ranges: readonly Range[], sizeBytes: number): Promise<void> {
  expect(seen.status).toBe(206)
  expect(seen.headers['content-range'], 'Content-Range outside the parts').toBeUndefined()
  expect(seen.headers['content-length']).toBe(String(seen.body.length))
  const parts = parseMultipart(seen.headers['content-type'] ?? '', seen.body)
  expect(parts.map(({ headers }) => headers)).toEqual(
    ranges.map(([start, end]) => ({
      'content-type': 'application/x-rfc',
      'content-range': `bytes ${start}-${end - 1}/${sizeBytes}`,
    })),
  )
  const disk = createRfcDisk({ sizeBytes })
  for (const [at, range] of ranges.entries()) {
    const bytes = Buffer.from(await disk.read(...range))
    expect(parts[at]?.body.equals(bytes), `the bytes of part ${at}`).toBe(true)
  }
}

function partsRow(
  requirement: readonly [string, Row['level'], string],
  ranges: string,
  expected: readonly Range[],
  sizeBytes = size,
): Row {
  const [section, level, rule] = requirement
  return {
    section,
    level,
    rule,
    disk: { sizeBytes },
    check: async (bench: Bench) =>
      expectParts(await bench.ask({ headers: { Range: `bytes=${ranges}` } }), expected, sizeBytes),
  }
}

const sparse = Array.from({ length: 500 }, (_, at): Range => [at * 1000, at * 1000 + 3])
const dense = Array.from({ length: 500 }, (_, at) => `${at * 10}-${at * 10 + 14}`)

function listOf(ranges: readonly Range[]): string {
  return ranges.map(([start, end]) => `${start}-${end - 1}`).join(',')
}

function onePart(start: number, end: number): Parameters<typeof row>[2] {
  return {
    status: 206,
    body: [start, end],
    headers: {
      'Content-Range': `bytes ${start}-${end - 1}/${size}`,
      'Content-Type': 'application/x-rfc',
    },
  }
}

/** Several ranges at once: RFC 9110 sections 14.2, 14.6 and 15.3.7.2. */
export const multipartRows: readonly Row[] = [
  partsRow(['9110 15.3.7.2', 'MUST', 'each part has its own Content-Range'], '0-9, 5000-5009', [
    [0, 10],
    [5000, 5010],
  ]),
  partsRow(
    ['9110 15.3.7.2', 'SHOULD', 'parts come in the order of the request'],
    '9000-9009, 100-109, -20',
    [
      [9000, 9010],
      [100, 110],
      [9980, 10_000],
    ],
  ),
  partsRow(
    ['9110 14.1.2', 'MUST', 'what is not satisfiable is left out of several ranges'],
    '0-9, 20000-, 5000-5009, -0',
    [
      [0, 10],
      [5000, 5010],
    ],
  ),
  partsRow(
    ['9110 15.3.7.2', 'MAY', 'ranges that overlap are one part, where the first of them stood'],
    '5000-5009, 0-9, 5005-5019, 8-30',
    [
      [5000, 5020],
      [0, 31],
    ],
  ),
  partsRow(['9110 14.2', 'MUST', '500 ranges are answered, each'], listOf(sparse), sparse, 500_000),
  row(
    ['9110 15.3.7.2', 'MUST', 'a single range is never answered in parts'],
    { headers: { Range: 'bytes=0-9,' } },
    onePart(0, 10),
  ),
  row(
    ['9110 15.3.7.2', 'MAY', 'if one part is left, it is answered as one range'],
    { headers: { Range: 'bytes=20000-, 0-9' } },
    onePart(0, 10),
  ),
  row(
    ['9110 15.3.7.2', 'MAY', 'ranges that touch are one'],
    { headers: { Range: 'bytes=10-29, 0-9' } },
    onePart(0, 30),
  ),
  row(
    ['9110 17.15', 'SHOULD', '500 ranges that overlap are one'],
    { headers: { Range: `bytes=${dense.join(',')}` } },
    onePart(0, 5005),
  ),
  row(
    ['9110 17.15', 'SHOULD', 'the same range 500 times is one'],
    { headers: { Range: `bytes=${'0-9,'.repeat(500)}` } },
    onePart(0, 10),
  ),
  row(
    ['9110 17.15', 'SHOULD', 'more than 1024 ranges are ignored'],
    { headers: { Range: `bytes=${'0-9,'.repeat(1025)}` } },
    { status: 200, body: [0, size] },
  ),
  row(
    ['9110 15.5.17', 'MUST', 'if no range of several is satisfiable, none is answered'],
    { headers: { Range: 'bytes=20000-, 30000-30001, -0' } },
    { status: 416, body: 'none', headers: { 'Content-Range': `bytes */${size}` } },
  ),
]
