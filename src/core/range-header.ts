/** One element of a Range header: `first-last` (both inclusive; `last` may be open) or the last `suffixLength` bytes. */
export type RangeSpec =
  | { readonly kind: 'from'; readonly first: number; readonly last: number }
  | { readonly kind: 'suffix'; readonly suffixLength: number }

/**
 * More elements than this and the Range header is ignored, as RFC 9110 section 14.2 allows for
 * requests that look like an attack (section 17.15).
 */
export const maxRangeSpecs = 1024

/**
 * Reads a `Range` header (RFC 9110 section 14.2).
 *
 * Numbers past 2^53 are clamped to `Number.MAX_SAFE_INTEGER`, beyond any disk; an open end is
 * clamped the same way. Empty list elements are skipped (section 5.6.1.2), the unit's case does
 * not matter (section 14.1).
 *
 * @returns `undefined` when the header must or may be ignored: absent, another unit, malformed, or
 * of more than {@link maxRangeSpecs} elements.
 */
export function parseRangeHeader(value: string | null): RangeSpec[] | undefined {
  const set = /^\s*bytes=(.*)$/i.exec(value ?? '')?.[1]
  if (set === undefined) return undefined
  const specs: RangeSpec[] = []
  for (const element of set.split(',')) {
    const text = element.trim()
    if (text === '') continue
    const spec = parseRangeSpec(text)
    if (spec === undefined || specs.length === maxRangeSpecs) return undefined
    specs.push(spec)
  }
  return specs.length === 0 ? undefined : specs
}

function parseRangeSpec(text: string): RangeSpec | undefined {
  const match = /^(\d*)-(\d*)$/.exec(text)
  const [first, last] = [match?.[1], match?.[2]]
  if (first === undefined || last === undefined || text === '-') return undefined
  if (first === '') return { kind: 'suffix', suffixLength: toPosition(last) }
  const spec = {
    kind: 'from',
    first: toPosition(first),
    last: last === '' ? Number.MAX_SAFE_INTEGER : toPosition(last),
  } as const
  return isBackwards(first, last) ? undefined : spec
}

/** `last < first`, decided on the digits, so that it holds past 2^53 too. */
function isBackwards(first: string, last: string): boolean {
  return last !== '' && BigInt(last) < BigInt(first)
}

function toPosition(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
}
