import type { ByteRange } from './byte-range.ts'

/** A parsed Content-Range: the bytes (absent in a 416) and the complete length (absent for `*`). */
export interface ContentRange {
  readonly range: ByteRange | undefined
  readonly sizeBytes: number | undefined
}

/**
 * Reads a `Content-Range` header (RFC 9110 section 14.4).
 *
 * @returns `undefined` when it is absent, of another unit, malformed, or contradicts itself.
 */
export function parseContentRange(value: string | null): ContentRange | undefined {
  const match = /^\s*bytes\s+(?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)\s*$/i.exec(value ?? '')
  if (match === null) return undefined
  const [, first, last, size] = match
  const sizeBytes = size === undefined ? undefined : Number(size)
  const range =
    first === undefined ? undefined : { start: Number(first), end: Number(last ?? '') + 1 }
  if (range === undefined && sizeBytes === undefined) return undefined
  if (sizeBytes !== undefined && !Number.isSafeInteger(sizeBytes)) return undefined
  if (range !== undefined) {
    if (!Number.isSafeInteger(range.end) || range.start >= range.end) return undefined
    if (sizeBytes !== undefined && range.end > sizeBytes) return undefined
  }
  return { range, sizeBytes }
}

/** Writes the `Content-Range` of a 206, or of a 416 when `range` is `undefined`. */
export function formatContentRange(range: ByteRange | undefined, sizeBytes: number): string {
  return range === undefined
    ? `bytes */${sizeBytes}`
    : `bytes ${range.start}-${range.end - 1}/${sizeBytes}`
}
