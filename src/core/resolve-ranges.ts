import { coalesceRanges } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'
import type { RangeSpec } from './range-header.ts'

/**
 * Turns the elements of a Range header into byte ranges of a representation of `sizeBytes`:
 * clamped at its end, unsatisfiable elements left out (RFC 9110 section 14.1.2).
 *
 * Ranges that overlap or touch are answered as one; the order of the request is kept (section 15.3.7.2). Those with
 * a gap between them are not, though section 15.3.7.2 allows it: geotiff.js takes parts by their number.
 *
 * @returns an empty list when no element is satisfiable: that is a 416 (section 15.5.17).
 */
export function resolveRanges(specs: readonly RangeSpec[], sizeBytes: number): ByteRange[] {
  const ranges: ByteRange[] = []
  for (const spec of specs) {
    const range = resolveSpec(spec, sizeBytes)
    if (range.start < range.end) ranges.push(range)
  }
  return coalesceRanges(ranges)
}

function resolveSpec(spec: RangeSpec, sizeBytes: number): ByteRange {
  if (spec.kind === 'suffix') {
    return { start: Math.max(0, sizeBytes - spec.suffixLength), end: sizeBytes }
  }
  return { start: spec.first, end: Math.min(spec.last + 1, sizeBytes) }
}
