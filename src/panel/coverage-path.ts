import type { CoverageLevel } from './coverage-levels.ts'

/**
 * The columns that have one level, as an SVG path in a box of `levels.length` by 1. Neighbours are one
 * rectangle.
 */
export function coveragePath(levels: readonly CoverageLevel[], level: CoverageLevel): string {
  let path = ''
  for (let start = 0; start < levels.length; start++) {
    if (levels[start] !== level) continue
    let end = start + 1
    while (levels[end] === level) end++
    path += `M${start} 0h${end - start}v1h${start - end}z`
    start = end
  }
  return path
}
