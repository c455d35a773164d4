import type { ByteRange } from './disk-source.ts'

/** More ranges than this in one request are answered with the whole disk (RFC 9110, section 14.2). */
const MAX_RANGES = 256

/**
 * What a `Range` header selects: `whole` when it is absent, of another unit or malformed and so to be ignored,
 * `unsatisfiable` for a 416, or the ranges in the order asked for, cut off at the end of the disk.
 */
export type RangeSelection = 'whole' | 'unsatisfiable' | readonly ByteRange[]

/**
 * Reads a `Range` header (RFC 9110, section 14.1).
 *
 * @param header - its value
 * @param size - size of the disk in bytes
 *
 * @example
 * selectRanges('bytes=0-511,-512', 4096) // [{ start: 0, end: 512 }, { start: 3584, end: 4096 }]
 */
export function selectRanges(header: string | undefined, size: number): RangeSelection {
  const list = /^bytes=(.*)$/is.exec(header ?? '')?.[1]
  if (list === undefined) return 'whole'
  const specifiers = list.split(',').map((part) => part.trim())
  const wanted = specifiers.filter((part) => part !== '')
  if (wanted.length === 0 || wanted.length > MAX_RANGES) return 'whole'

  const selected: ByteRange[] = []
  for (const specifier of wanted) {
    const range = selectRange(specifier, size)
    if (range === 'malformed') return 'whole'
    if (range !== 'unsatisfiable') selected.push(range)
  }
  return selected.length === 0 ? 'unsatisfiable' : selected
}

function selectRange(specifier: string, size: number): ByteRange | 'malformed' | 'unsatisfiable' {
  const match = /^(\d*)-(\d*)$/.exec(specifier)
  if (match === null || specifier === '-') return 'malformed'
  const [, first = '', last = ''] = match
  if (first === '') {
    const start = Math.max(0, size - Number(last))
    return start < size ? { start, end: size } : 'unsatisfiable'
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(size, Number(last) + 1)
  if (last !== '' && Number(last) < start) return 'malformed'
  return start < size ? { start, end } : 'unsatisfiable'
}
