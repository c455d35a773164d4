import { html } from 'lit'
import type { TemplateResult } from 'lit'
import type { CacheStats } from '../protocol/reports.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCounted } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatPercent } from './format-percent.ts'
import { outcomeBar } from './outcome-bar.ts'
import { savedBytes } from './saved-bytes.ts'

/** What the reads amounted to. */
export function figuresView(stats: CacheStats): TemplateResult {
  const reads = Object.values(stats.requests).reduce((sum, count) => sum + count, 0)
  return html`<section aria-labelledby="reads">
    <h3 id="reads">Reads</h3>
    ${
      reads === 0
        ? html`<p class="empty">
            Nothing has been read yet. Boot a guest, and its reads are counted here.
          </p>`
        : html`${figures(stats, reads)}${outcomeBar(stats.requests)}`
    }
  </section>`
}

function figures(stats: CacheStats, reads: number): TemplateResult {
  const { bytes, hitRate, latency } = stats
  return html`<dl class="figures">
    ${figure(
      'Hit rate',
      formatPercent(hitRate.requests),
      `of ${formatCounted(reads, 'read')}; ${formatPercent(hitRate.bytes)} of the bytes`,
    )}
    ${figure(
      'From the cache',
      formatBytes(bytes.fromCache),
      `and ${formatBytes(bytes.fromOrigin)} waited for the network`,
    )}
    ${figure(
      'Network saved',
      formatBytes(savedBytes(stats)),
      `${formatBytes(bytes.fetched)} fetched in ${formatCounted(stats.originRequests, 'request')}`,
    )}
    ${figure('Median answer', durationOf(latency.p50Ms), `95% within ${durationOf(latency.p95Ms)}`)}
  </dl>`
}

function figure(name: string, value: string, note: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note}</dd>
  </div>`
}

function durationOf(durationMs: number | undefined): string {
  return durationMs === undefined ? '–' : formatDuration(durationMs)
}
