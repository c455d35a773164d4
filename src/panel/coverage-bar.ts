import { html, nothing, svg } from 'lit'
import type { SVGTemplateResult, TemplateResult } from 'lit'
import type { DiskStatus } from '../protocol/reports.ts'
import { coverageLevels } from './coverage-levels.ts'
import type { CoverageLevel } from './coverage-levels.ts'
import { coveragePath } from './coverage-path.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCounted } from './format-count.ts'
import { formatPercent } from './format-percent.ts'

const columns = 480
const shownLevels: readonly CoverageLevel[] = [1, 2, 3, 4]

/** Where on the disk the stored bytes lie. Darker where more of a stretch is stored. */
export function coverageBar({ coverage, size, storedBytes }: DiskStatus): TemplateResult {
  if (size === undefined) return html`${nothing}`
  const levels = coverageLevels(coverage, size, columns)
  const runs = formatCounted(coverage.length, 'run')
  const label = `${formatPercent(storedBytes / size)} stored, in ${runs}`
  return html`<figure class="coverage">
    <svg viewBox="0 0 ${columns} 1" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${shownLevels.map((level) => levelPath(levels, level))}
    </svg>
    <figcaption>
      <span>0</span>
      <span>${coverage.length === 0 ? 'nothing stored' : `stored in ${runs}`}</span>
      <span>${formatBytes(size)}</span>
    </figcaption>
  </figure>`
}

function levelPath(levels: readonly CoverageLevel[], level: CoverageLevel): SVGTemplateResult {
  return svg`<path class="level-${level}" d=${coveragePath(levels, level)} />`
}
