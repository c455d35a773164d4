import { html, svg } from 'lit'
import type { SVGTemplateResult, TemplateResult } from 'lit'
import type { ReadOutcome } from '../core/read-counters.ts'
import type { CacheStats } from '../protocol/reports.ts'
import { formatCount } from './format-count.ts'

const outcomes: readonly { readonly outcome: ReadOutcome; readonly label: string }[] = [
  { outcome: 'hit', label: 'from the cache' },
  { outcome: 'partial', label: 'in part' },
  { outcome: 'miss', label: 'from the network' },
  { outcome: 'bypass', label: 'passed through' },
  { outcome: 'error', label: 'failed' },
]

/** All reads as one bar, divided by how they ended, with a legend that says the same in numbers. */
export function outcomeBar(requests: CacheStats['requests']): TemplateResult {
  const total = outcomes.reduce((sum, { outcome }) => sum + requests[outcome], 0)
  return html`<div class="outcomes">
    <svg viewBox="0 0 ${Math.max(1, total)} 1" preserveAspectRatio="none" aria-hidden="true">
      ${segments(requests)}
    </svg>
    <ul aria-label="Reads by outcome">
      ${outcomes.map(
        ({ outcome, label }) =>
          html`<li class=${requests[outcome] === 0 ? 'none' : ''}>
            <i class="swatch ${outcome}" aria-hidden="true"></i
            ><b>${formatCount(requests[outcome])}</b> ${label}
          </li>`,
      )}
    </ul>
  </div>`
}

function segments(requests: CacheStats['requests']): SVGTemplateResult[] {
  let start = 0
  return outcomes.map(({ outcome }) => {
    const x = start
    start += requests[outcome]
    return svg`<rect class=${outcome} x=${x} width=${requests[outcome]} height="1" />`
  })
}
