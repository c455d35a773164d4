import { etag, lastModified } from './disk.ts'
import { earlier, failed, later, notModified, proceeds, under, weakDisk } from './conditions.ts'
import { row } from './row.ts'
import type { Row } from './row.ts'

/** The three forms of one date (RFC 9110 section 5.6.7). */
const forms = [lastModified, 'Tuesday, 03-Mar-26 10:00:00 GMT', 'Tue Mar  3 10:00:00 2026']
const datedDisk = { etag: null }

const ifMatch: readonly Row[] = [
  under(
    ['9110 13.1.1', 'MUST', 'If-Match: * holds for a disk that is there'],
    { 'If-Match': '*' },
    proceeds,
  ),
  under(
    ['9110 13.1.1', 'MUST', 'If-Match holds for the listed tag'],
    { 'If-Match': `"x", ${etag}` },
    proceeds,
  ),
  under(
    ['9110 13.1.1', 'MUST', 'If-Match fails for other tags'],
    { 'If-Match': '"x", "y"' },
    failed,
  ),
  under(
    ['9110 13.1.1', 'MUST', 'If-Match compares strongly: a weak tag fails'],
    { 'If-Match': `W/${etag}` },
    failed,
  ),
  under(
    ['9110 13.1.1', 'MUST', 'If-Match compares strongly: a weak disk fails'],
    { 'If-Match': `W/${etag}` },
    { status: 412, body: 'none' },
    { disk: weakDisk },
  ),
]

const ifNoneMatch: readonly Row[] = [
  under(
    ['9110 13.1.2', 'MUST', 'If-None-Match: * fails for a disk that is there'],
    { 'If-None-Match': '*' },
    notModified,
  ),
  under(
    ['9110 13.1.2', 'MUST', 'If-None-Match fails for the listed tag'],
    { 'If-None-Match': `"a,b", ${etag}` },
    notModified,
  ),
  under(
    ['9110 13.1.2', 'MUST', 'If-None-Match compares weakly'],
    { 'If-None-Match': `W/${etag}` },
    notModified,
  ),
  under(
    ['9110 13.1.2', 'MUST', 'If-None-Match compares weakly: a weak disk too'],
    { 'If-None-Match': etag },
    { status: 304, body: 'none' },
    { disk: weakDisk },
  ),
  under(
    ['9110 13.1.2', 'MUST', 'If-None-Match holds for other tags'],
    { 'If-None-Match': '"x", "y"' },
    proceeds,
  ),
  row(
    ['9110 13.1.2', 'MUST', 'If-None-Match answers a HEAD with 304 too'],
    { method: 'HEAD', headers: { 'If-None-Match': etag } },
    notModified,
  ),
  under(
    ['9110 13.1.3', 'MUST', 'If-Modified-Since is ignored beside If-None-Match'],
    { 'If-None-Match': '"x"', 'If-Modified-Since': later },
    proceeds,
  ),
  under(
    ['9110 15.4.5', 'SHOULD', 'a 304 has no other fields of the representation'],
    { 'If-None-Match': etag },
    {
      status: 304,
      headers: { 'Content-Type': null, 'Last-Modified': null, 'Content-Length': null },
    },
  ),
]

const dates: readonly Row[] = [
  ...forms.map((date) =>
    under(
      ['9110 13.1.3', 'SHOULD', `not modified since its own date: ${date}`],
      { 'If-Modified-Since': date },
      notModified,
    ),
  ),
  under(
    ['9110 13.1.3', 'SHOULD', 'not modified since a later date'],
    { 'If-Modified-Since': later },
    notModified,
  ),
  under(
    ['9110 13.1.3', 'MUST', 'modified since an earlier date'],
    { 'If-Modified-Since': earlier },
    proceeds,
  ),
  ...['yesterday', `${lastModified}, ${lastModified}`, '2026-03-03T10:00:00Z', '1772532000'].map(
    (date) =>
      under(
        ['9110 13.1.3', 'MUST', `a date that is none is ignored: ${date}`],
        { 'If-Modified-Since': date },
        proceeds,
      ),
  ),
  under(
    ['9110 15.4.5', 'SHOULD', 'a 304 without ETag keeps Last-Modified, to update by'],
    { 'If-Modified-Since': later },
    { status: 304, headers: { 'Last-Modified': lastModified } },
    { disk: datedDisk },
  ),
  under(
    ['9110 13.1.4', 'MUST', 'unmodified since its own date'],
    { 'If-Unmodified-Since': lastModified },
    proceeds,
  ),
  under(
    ['9110 13.1.4', 'MUST', 'unmodified since a later date'],
    { 'If-Unmodified-Since': later },
    proceeds,
  ),
  under(
    ['9110 13.1.4', 'MUST', 'modified after that date'],
    { 'If-Unmodified-Since': earlier },
    failed,
  ),
  under(
    ['9110 13.1.4', 'MUST', 'a date that is none is ignored'],
    { 'If-Unmodified-Since': 'yesterday' },
    proceeds,
  ),
  under(
    ['9110 13.1.4', 'MUST', 'without a date to compare with, it is ignored'],
    { 'If-Unmodified-Since': earlier },
    proceeds,
    { disk: { lastModified: null } },
  ),
]

const order: readonly Row[] = [
  under(
    ['9110 13.2.2', 'MUST', 'If-Match comes before If-None-Match'],
    { 'If-Match': '"x"', 'If-None-Match': etag },
    failed,
  ),
  under(
    ['9110 13.2.2', 'MUST', 'If-Unmodified-Since comes before If-None-Match'],
    { 'If-Unmodified-Since': earlier, 'If-None-Match': etag },
    failed,
  ),
  under(
    ['9110 13.2.2', 'MUST', 'If-Unmodified-Since is ignored beside If-Match'],
    { 'If-Match': etag, 'If-Unmodified-Since': earlier },
    proceeds,
  ),
  under(
    ['9110 13.2.2', 'MUST', 'after If-Match holds, If-None-Match decides'],
    { 'If-Match': etag, 'If-None-Match': etag },
    notModified,
  ),
  under(
    ['9110 13.2.2', 'MUST', 'after If-Unmodified-Since holds, If-Modified-Since decides'],
    { 'If-Unmodified-Since': later, 'If-Modified-Since': later },
    notModified,
  ),
  under(
    ['9110 13.2.2', 'MUST', 'If-Range comes last'],
    { 'If-None-Match': etag, 'If-Range': '"x"' },
    notModified,
  ),
  under(
    ['9110 13.2.2', 'MUST', 'all conditions that hold give the part'],
    { 'If-Match': etag, 'If-None-Match': '"x"', 'If-Range': etag },
    proceeds,
  ),
]

/** Preconditions and their order: RFC 9110 section 13. */
export const preconditionRows: readonly Row[] = [...ifMatch, ...ifNoneMatch, ...dates, ...order]
