import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { ByteRange } from '../../src/core/byte-range.ts'
import { parseContentRange } from '../../src/core/content-range.ts'
import { bodyLength, multipartSections } from '../../src/worker/body-section.ts'
import type { BodySection } from '../../src/worker/body-section.ts'

const disk = Uint8Array.from({ length: 1000 }, (_, at) => 65 + (at % 26))

/** The body as one string of bytes. */
function write(sections: readonly BodySection[]): string {
  return sections
    .map((section) =>
      section.kind === 'text' ? section.bytes : disk.slice(section.range.start, section.range.end),
    )
    .map((bytes) => Buffer.from(bytes).toString('latin1'))
    .join('')
}

/** The parts of a multipart body (RFC 2046 section 5.1.1): header fields and content. */
function readParts(body: string, boundary: string): { fields: string[]; content: string }[] {
  const [preamble, ...parts] = body.split(`\r\n--${boundary}`)
  expect([preamble, parts.pop()]).toEqual(['', '--\r\n'])
  return parts.map((part) => {
    const headEnd = part.indexOf('\r\n\r\n')
    expect(part.startsWith('\r\n')).toBe(true)
    return { fields: part.slice(2, headEnd).split('\r\n'), content: part.slice(headEnd + 4) }
  })
}

const range: fc.Arbitrary<ByteRange> = fc
  .tuple(fc.nat({ max: 900 }), fc.integer({ min: 1, max: 100 }))
  .map(([start, length]) => ({ start, end: start + length }))

test('each part says which bytes it holds, and holds them', () => {
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 5 }), (ranges) => {
      const part = { contentType: 'application/x-disk', sizeBytes: 1000, boundary: 'b-1' }
      const sections = multipartSections(ranges, part)
      const body = write(sections)
      expect(bodyLength(sections)).toBe(body.length)
      const parts = readParts(body, 'b-1')
      expect(parts).toHaveLength(ranges.length)
      parts.forEach(({ fields, content }, at) => {
        const { start = 0, end = 0 } = ranges[at] ?? {}
        expect(fields[0]).toBe('Content-Type: application/x-disk')
        const field = fields[1]?.replace('Content-Range: ', '') ?? null
        expect(parseContentRange(field)).toEqual({ range: { start, end }, sizeBytes: 1000 })
        expect(content).toBe(Buffer.from(disk.slice(start, end)).toString('latin1'))
      })
    }),
  )
})

test('says nothing of a content type that is unknown', () => {
  const part = { contentType: undefined, sizeBytes: 1000, boundary: 'b' }
  const body = write(multipartSections([{ start: 0, end: 3 }], part))
  expect(body).toBe('\r\n--b\r\nContent-Range: bytes 0-2/1000\r\n\r\nABC\r\n--b--\r\n')
})

test('nothing is 0 bytes long', () => {
  expect(bodyLength([])).toBe(0)
})
