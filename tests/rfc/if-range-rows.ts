import { earlier, later, proceeds, under, weakDisk, whole } from './conditions.ts'
import { etag, lastModified } from './disk.ts'
import { row } from './row.ts'
import type { Row } from './row.ts'

/** `If-Range`: RFC 9110 section 13.1.5. */
export const ifRangeRows: readonly Row[] = [
  under(
    ['9110 13.1.5', 'MUST', 'If-Range of this version gives the part'],
    { 'If-Range': etag },
    proceeds,
  ),
  under(
    ['9110 13.1.5', 'MUST', 'If-Range of another version gives the whole'],
    { 'If-Range': '"x"' },
    whole,
  ),
  under(
    ['9110 13.1.5', 'MUST', 'If-Range compares strongly: a weak tag gives the whole'],
    { 'If-Range': `W/${etag}` },
    whole,
  ),
  under(
    ['9110 13.1.5', 'MUST', 'If-Range compares strongly: of a weak disk, the whole'],
    { 'If-Range': `W/${etag}` },
    whole,
    { disk: weakDisk },
  ),
  under(
    ['9110 13.1.5', 'MUST', 'If-Range with the very date gives the part'],
    { 'If-Range': lastModified },
    proceeds,
  ),
  under(
    ['9110 13.1.5', 'MUST', 'If-Range with a later date gives the whole'],
    { 'If-Range': later },
    whole,
  ),
  under(
    ['9110 13.1.5', 'MUST', 'If-Range with an earlier date gives the whole'],
    { 'If-Range': earlier },
    whole,
  ),
  under(
    ['9110 8.8.2.2', 'MUST', 'a date that was young when it was sent is no strong validator'],
    { 'If-Range': lastModified },
    whole,
    { origin: { Date: 'Tue, 03 Mar 2026 10:00:30 GMT' } },
  ),
  under(
    ['9110 13.1.5', 'MUST', 'If-Range that is neither tag nor date gives the whole'],
    { 'If-Range': 'x' },
    whole,
  ),
  row(
    ['9110 13.1.5', 'MUST', 'If-Range without Range is ignored'],
    { headers: { 'If-Range': '"x"' } },
    whole,
  ),
  row(
    ['9110 13.1.5', 'MUST', 'If-Range of another version: a range beyond the end is ignored too'],
    { headers: { Range: 'bytes=20000-', 'If-Range': '"x"' } },
    whole,
  ),
]
