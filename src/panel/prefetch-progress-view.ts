import { html } from 'lit'
import type { TemplateResult } from 'lit'
import type { PrefetchProgress } from '../protocol/reports.ts'
import { formatBytes } from './format-bytes.ts'
import { formatTimeLeft } from './format-duration.ts'

/**
 * How far a prefetch has come.
 *
 * @param progress - `undefined` until the first word of it; the bar is then without a value.
 */
export function prefetchProgressView(
  name: string,
  progress: PrefetchProgress | undefined,
): TemplateResult {
  if (progress === undefined) {
    return html`<div class="prefetch">
      <progress aria-label="Prefetching ${name}"></progress>
      <span>Starting…</span>
    </div>`
  }
  const { storedBytes, totalBytes, bytesPerSecond, secondsLeft } = progress
  const facts = [
    `${formatBytes(storedBytes)} of ${formatBytes(totalBytes)}`,
    bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : undefined,
    secondsLeft === undefined ? undefined : formatTimeLeft(secondsLeft),
  ]
  return html`<div class="prefetch">
    <progress
      aria-label="Prefetching ${name}"
      max=${Math.max(1, totalBytes)}
      .value=${storedBytes}
    ></progress>
    <span>${facts.filter((fact) => fact !== undefined).join(' · ')}</span>
  </div>`
}
