import { countBits } from '../core/bitmap.ts'
import type { PageRecord } from './catalog-schema.ts'

/** Bytes of data of all chunks on `pages`, taking each for a whole one: all-zero ones have none. */
export function countData(pages: readonly PageRecord[], chunkSize: number): number {
  return pages.reduce(
    (sum, { present, zero }) => sum + (countBits(present) - countBits(zero)) * chunkSize,
    0,
  )
}
