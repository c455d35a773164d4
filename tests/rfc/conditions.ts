import { etag, size } from './disk.ts'
import type { RfcDiskOptions } from './disk.ts'
import { row } from './row.ts'
import type { Expected, Row } from './row.ts'

/** The part that {@link under} asks for. */
export const proceeds: Expected = { status: 206, body: [0, 100] }
/** A precondition failed. */
export const failed: Expected = {
  status: 412,
  body: 'none',
  headers: { ETag: etag, 'Content-Range': null },
}
/** The client has it already. */
export const notModified: Expected = {
  status: 304,
  body: 'none',
  headers: { ETag: etag, Date: /GMT$/, 'Cache-Control': /./, 'Content-Range': null },
}
/** All of the disk. */
export const whole: Expected = { status: 200, body: [0, size] }

/** A day before the disk was changed. */
export const earlier: string = 'Mon, 02 Mar 2026 10:00:00 GMT'
/** A day after. */
export const later: string = 'Wed, 04 Mar 2026 10:00:00 GMT'
/** A disk whose tag is weak. */
export const weakDisk: RfcDiskOptions = { etag: `W/${etag}` }

type Fields = Readonly<Record<string, string>>

/** A row that asks for the first 100 bytes, under conditions. */
export function under(
  requirement: readonly [string, Row['level'], string],
  conditions: Fields,
  answer: Expected,
  more: Parameters<typeof row>[3] = {},
): Row {
  return row(requirement, { headers: { Range: 'bytes=0-99', ...conditions } }, answer, more)
}
