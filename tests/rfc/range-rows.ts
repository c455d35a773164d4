import { etag, lastModified, size } from './disk.ts'
import { row } from './row.ts'
import type { Expected, Row } from './row.ts'

const whole: Expected = { status: 200, body: [0, size], headers: { 'Content-Range': null } }

function part(start: number, end: number, total = size): Expected {
  return {
    status: 206,
    body: [start, end],
    headers: {
      'Content-Range': `bytes ${start}-${end - 1}/${total}`,
      'Content-Length': String(end - start),
      'Content-Type': 'application/x-rfc',
    },
  }
}

function unsatisfiable(total = size): Expected {
  return {
    status: 416,
    body: 'none',
    headers: { 'Content-Range': `bytes */${total}`, ETag: etag, 'Last-Modified': null },
  }
}

type Case = readonly [range: string, answer: Expected]

function rows(section: string, level: Row['level'], rule: string, cases: readonly Case[]): Row[] {
  return cases.map(([range, answer]) =>
    row([section, level, `${rule}: ${abbreviate(range)}`], { headers: { Range: range } }, answer),
  )
}

function abbreviate(range: string): string {
  return range.length > 60 ? `${range.slice(0, 60)}… (${range.length} characters)` : range
}

const beyond2to53 = '9007199254740993'
const beyond2to64 = '99999999999999999999999'

/** Single ranges: RFC 9110 sections 14.1, 14.2, 14.4 and 15.5.17. */
export const rangeRows: readonly Row[] = [
  ...rows('9110 14.1.2', 'MUST', 'a closed range has exactly its bytes', [
    ['bytes=0-0', part(0, 1)],
    ['bytes=0-511', part(0, 512)],
    ['bytes=4095-4096', part(4095, 4097)],
    ['bytes=4096-8191', part(4096, 8192)],
    [`bytes=0-${size - 1}`, part(0, size)],
  ]),
  ...rows('9110 14.1.2', 'MUST', 'an open range goes to the end', [
    ['bytes=0-', part(0, size)],
    ['bytes=9999-', part(9999, size)],
  ]),
  ...rows('9110 14.1.2', 'MUST', 'a suffix is the last bytes', [
    ['bytes=-1', part(9999, size)],
    ['bytes=-5000', part(5000, size)],
  ]),
  ...rows('9110 14.1.2', 'MUST', 'a suffix longer than the file is the whole of it', [
    ['bytes=-10001', part(0, size)],
    [`bytes=-${beyond2to53}`, part(0, size)],
    [`bytes=-${beyond2to64}`, part(0, size)],
  ]),
  ...rows('9110 14.1.2', 'MUST', 'a last position beyond the end is clamped', [
    ['bytes=9000-10000', part(9000, size)],
    [`bytes=9000-${beyond2to53}`, part(9000, size)],
    [`bytes=9000-${beyond2to64}`, part(9000, size)],
  ]),
  ...rows('9110 14.1.2', 'MUST', 'a first position at or beyond the end is not satisfiable', [
    ['bytes=10000-', unsatisfiable()],
    ['bytes=10000-10001', unsatisfiable()],
    [`bytes=${beyond2to53}-`, unsatisfiable()],
    [`bytes=${beyond2to53}-${beyond2to64}`, unsatisfiable()],
  ]),
  ...rows('9110 14.1.2', 'MUST', 'a suffix of no bytes is not satisfiable', [
    ['bytes=-0', unsatisfiable()],
  ]),
  ...rows('9110 14.1', 'MUST', 'the case of the unit does not matter', [
    ['BYTES=1-2', part(1, 3)],
    ['Bytes=-3', part(9997, size)],
  ]),
  ...rows('9110 14.2', 'MUST', 'an unknown unit is ignored', [
    ['seconds=1-2', whole],
    ['none=0-0', whole],
  ]),
  ...rows('9110 14.2', 'MAY', 'what is no range set is ignored', [
    ['bytes=2-1', whole],
    ['bytes=a-b', whole],
    ['bytes=-', whole],
    ['bytes=', whole],
    ['bytes=,', whole],
    ['bytes=0-1;2-3', whole],
    ['bytes=0x0-0x1', whole],
    ['bytes 0-1', whole],
    [`bytes=${beyond2to64}-${beyond2to53}`, whole],
    ['bytes=0-1, a-b', whole],
  ]),
  ...rows('9110 5.6.1.2', 'MUST', 'empty list elements are skipped', [
    ['bytes=,0-1', part(0, 2)],
    ['bytes=0-1,', part(0, 2)],
    ['bytes= , ,0-1, ,', part(0, 2)],
  ]),
  ...rows('9110 14.1.1', 'MUST', 'positions are decimal, whatever their leading zeroes', [
    ['bytes=0000-0009', part(0, 10)],
  ]),
  row(
    ['9110 14.1.2', 'MUST', 'a suffix of an empty file is the whole of it'],
    { headers: { Range: 'bytes=-5' } },
    { status: 200, body: 'none', headers: { 'Content-Length': '0' } },
    { disk: { sizeBytes: 0 } },
  ),
  row(
    ['9110 15.5.17', 'SHOULD', 'no position of an empty file is satisfiable'],
    { headers: { Range: 'bytes=0-' } },
    unsatisfiable(0),
    { disk: { sizeBytes: 0 } },
  ),
  row(
    ['9110 14.2', 'MUST', 'an empty file can be read whole'],
    {},
    { status: 200, body: 'none', headers: { 'Content-Length': '0', ETag: etag } },
    { disk: { sizeBytes: 0 } },
  ),
  row(
    ['9110 14.1.2', 'MUST', 'a file of one byte has a first and a last one'],
    { headers: { Range: 'bytes=-1' } },
    part(0, 1, 1),
    { disk: { sizeBytes: 1 } },
  ),
  row(
    ['9110 14.2', 'MUST', 'a HEAD has no ranges'],
    { method: 'HEAD', headers: { Range: 'bytes=0-1' } },
    {
      status: 200,
      body: 'none',
      headers: { 'Content-Length': String(size), 'Content-Range': null, 'Accept-Ranges': 'bytes' },
    },
  ),
  row(
    ['9110 14.3', 'MAY', 'an answer says that ranges are understood'],
    {},
    {
      status: 200,
      body: [0, size],
      headers: { 'Accept-Ranges': 'bytes', 'Content-Length': String(size) },
    },
  ),
  row(
    ['9110 14.2', 'MUST', 'preconditions come before the range: 304 where both apply'],
    { headers: { Range: 'bytes=20000-', 'If-None-Match': etag } },
    { status: 304, body: 'none' },
  ),
  row(
    ['9110 15.3.7', 'MUST', 'a 206 has the fields that the 200 would have had'],
    { headers: { Range: 'bytes=1-2' } },
    {
      status: 206,
      headers: {
        Date: /GMT$/,
        ETag: etag,
        'Cache-Control': 'max-age=60',
        Expires: 'Thu, 01 Jan 2026 00:00:00 GMT',
        Vary: 'Accept-Encoding',
        'Content-Location': '/disks/versions/1',
        'Last-Modified': lastModified,
      },
    },
    {
      origin: {
        'Cache-Control': 'max-age=60',
        Expires: 'Thu, 01 Jan 2026 00:00:00 GMT',
        Vary: 'Accept-Encoding',
        'Content-Location': '/disks/versions/1',
      },
    },
  ),
]
