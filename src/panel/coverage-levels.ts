import type { ByteRange } from '../core/byte-range.ts'

/** How full a column of the bar is, from 0 (nothing is stored) to {@link fullLevel} (all of it is). */
export type CoverageLevel = 0 | 1 | 2 | 3 | 4

/** The level of a column that is stored whole. */
export const fullLevel = 4

/**
 * Draws stored runs into a fixed number of columns, so that a bar costs the same for ten chunks and for
 * a hundred thousand. One pass over the runs.
 *
 * @param coverage - ascending runs that do not overlap, half-open, in bytes.
 * @param sizeBytes - length of the disk.
 * @param columns - at least 1.
 */
export function coverageLevels(
  coverage: readonly ByteRange[],
  sizeBytes: number,
  columns: number,
): CoverageLevel[] {
  if (sizeBytes <= 0) return Array.from({ length: columns }, () => 0)
  const columnBytes = sizeBytes / columns
  const storedBytes = new Float64Array(columns)
  for (const { start, end } of coverage) {
    const last = Math.min(columns - 1, Math.ceil(end / columnBytes) - 1)
    for (let column = Math.floor(start / columnBytes); column <= last; column++) {
      const from = Math.max(start, column * columnBytes)
      const to = Math.min(end, (column + 1) * columnBytes)
      storedBytes[column] = (storedBytes[column] ?? 0) + Math.max(0, to - from)
    }
  }
  return Array.from(storedBytes, (bytes) => levelOf(bytes / columnBytes))
}

function levelOf(share: number): CoverageLevel {
  if (share <= 0) return 0
  // Column edges are fractions of bytes: what is missing by less than a millionth is rounding.
  if (share >= 1 - 1e-6) return fullLevel
  return share < 1 / 3 ? 1 : share < 2 / 3 ? 2 : 3
}
