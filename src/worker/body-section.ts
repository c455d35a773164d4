import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { formatContentRange } from '../core/content-range.ts'

/** A part of a response body: bytes of the disk, or text around them in a multipart answer. */
export type BodySection =
  | { readonly kind: 'disk'; readonly range: ByteRange }
  | { readonly kind: 'text'; readonly bytes: Uint8Array<ArrayBuffer> }

/** The bytes of a body made of `sections`. */
export function bodyLength(sections: readonly BodySection[]): number {
  let length = 0
  for (const section of sections) {
    length += section.kind === 'disk' ? byteLengthOf(section.range) : section.bytes.byteLength
  }
  return length
}

/**
 * The body of a `multipart/byteranges` answer (RFC 9110 section 14.6).
 *
 * @param contentType - of the whole representation; repeated in each part.
 * @param boundary - must not occur in the disk: random enough.
 */
export function multipartSections(
  ranges: readonly ByteRange[],
  part: { contentType: string | undefined; sizeBytes: number; boundary: string },
): BodySection[] {
  const encoder = new TextEncoder()
  const type = part.contentType === undefined ? '' : `Content-Type: ${part.contentType}\r\n`
  const sections: BodySection[] = []
  for (const range of ranges) {
    const contentRange = formatContentRange(range, part.sizeBytes)
    const head = `\r\n--${part.boundary}\r\n${type}Content-Range: ${contentRange}\r\n\r\n`
    sections.push({ kind: 'text', bytes: encoder.encode(head) }, { kind: 'disk', range })
  }
  sections.push({ kind: 'text', bytes: encoder.encode(`\r\n--${part.boundary}--\r\n`) })
  return sections
}
