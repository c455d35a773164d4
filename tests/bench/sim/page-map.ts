import type { ByteRange } from '../../../src/core/byte-range.ts'

/** The least that is fetched, in bytes. */
export const pageBytes = 4096

/** Which request brings which page of a disk. */
export interface PageMap<T> {
  /** The bytes of `range` that no request brings, in whole pages. */
  missing(range: ByteRange): ByteRange[]
  assign(range: ByteRange, request: T): void
  /** Takes back what was assigned. */
  release(range: ByteRange): void
  /** The requests that bring pages of `range`, each with the last byte of `range` that it brings. */
  bringers(range: ByteRange): Map<T, number>
}

/** A map in which nothing is assigned. */
export function createPageMap<T>(sizeBytes: number): PageMap<T> {
  const owners: (T | undefined)[] = Array.from({ length: Math.ceil(sizeBytes / pageBytes) })
  const endOf = (page: number): number => Math.min(sizeBytes, (page + 1) * pageBytes)
  return {
    missing(range) {
      const found: { start: number; end: number }[] = []
      for (const page of pagesOf(range)) {
        if (owners[page] !== undefined) continue
        const start = page * pageBytes
        const last = found.at(-1)
        if (last?.end === start) last.end = endOf(page)
        else found.push({ start, end: endOf(page) })
      }
      return found
    },
    assign(range, request) {
      for (const page of pagesOf(range)) owners[page] = request
    },
    release(range) {
      for (const page of pagesOf(range)) owners[page] = undefined
    },
    bringers(range) {
      const ends = new Map<T, number>()
      for (const page of pagesOf(range)) {
        const owner = owners[page]
        if (owner !== undefined) ends.set(owner, Math.min(range.end, endOf(page)))
      }
      return ends
    },
  }
}

function* pagesOf({ start, end }: ByteRange): Generator<number> {
  for (let page = Math.floor(start / pageBytes); page * pageBytes < end; page++) yield page
}
