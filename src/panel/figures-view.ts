import { html } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { CacheStats } from '../protocol/reports.ts'
import { takePen } from './canvas-pen.ts'
import { formatBytes } from './format-bytes.ts'
import { formatCount, formatCounted } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatPercent } from './format-percent.ts'
import { notKnown } from './not-known.ts'
import { outcomes } from './outcomes.ts'
import { savedBytes } from './saved-bytes.ts'
import type { TrafficSecond } from './traffic-log.ts'

/** What the reads amounted to. */
export function figuresView(
  stats: CacheStats | undefined,
  minute: readonly TrafficSecond[],
): TemplateResult {
  if (stats === undefined) return notKnown
  const { bytes, hitRate, latency, requests, readahead } = stats
  const total = outcomes.reduce((sum, { outcome }) => sum + requests[outcome], 0)
  const most = Math.max(0, ...minute.map(bytesOf))
  return html`<dl class="figures">
      ${figure(
        'Hit rate',
        total === 0 ? '–' : formatPercent(hitRate.requests),
        `of ${formatCounted(total, 'read')}; ${formatPercent(hitRate.bytes)} of the bytes`,
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
      ${figure(
        'Readahead unused',
        readahead.fetched === 0 ? '–' : formatPercent(readahead.unused / readahead.fetched),
        `of ${formatBytes(readahead.fetched)} read ahead`,
      )}
    </dl>
    <ul class="legend" aria-label="Reads by outcome">
      ${outcomes.map(
        ({ outcome, label }) =>
          html`<li>
            <i class="sign ${outcome}" aria-hidden="true"></i
            ><b>${formatCount(requests[outcome])}</b>
            ${label}
          </li>`,
      )}
    </ul>
    <figure>
      <figcaption>
        <span>Bytes read in the last minute</span><span>at most ${formatBytes(most)}/s</span>
      </figcaption>
      <canvas class="spark" aria-hidden="true"></canvas>
    </figure>`
}

/** Paints a minute of traffic: what came from the network stands on what came from the cache. */
export function paintTraffic(canvas: HTMLCanvasElement, minute: readonly TrafficSecond[]): void {
  const pen = takePen(canvas)
  if (pen === undefined) return
  const { context, width, height, colours } = pen
  const scale = (height - 2) / Math.max(1, ...minute.map(bytesOf))
  const step = width / minute.length
  minute.forEach(({ cacheBytes, originBytes }, at) => {
    const cache = cacheBytes * scale
    context.fillStyle = colours.hit
    context.fillRect(at * step, height - cache, step - 1, cache)
    context.fillStyle = colours.miss
    context.fillRect(at * step, height - cache - originBytes * scale, step - 1, originBytes * scale)
  })
}

function bytesOf({ cacheBytes, originBytes }: TrafficSecond): number {
  return cacheBytes + originBytes
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
