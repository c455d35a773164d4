import { html, nothing } from 'lit'
import type { TemplateResult } from 'lit'
import type { DiskStatus } from '../protocol/reports.ts'
import { coverageBar } from './coverage-bar.ts'
import { diskActions } from './disk-actions.ts'
import { diskName } from './disk-name.ts'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import { formatPercent } from './format-percent.ts'
import { generationList } from './generation-list.ts'
import type { PanelActions } from './panel-actions.ts'
import { prefetchProgressView } from './prefetch-progress-view.ts'

/** One disk: what it is, how much of it is stored, and what can be done about that. */
export function diskCard(disk: DiskStatus, actions: PanelActions): TemplateResult {
  const name = diskName(disk.url)
  const prefetch = actions.prefetchOf(disk.url)
  return html`<article class="disk" aria-label=${name} data-url=${disk.url}>
    <header>
      <h4>${name}</h4>
      ${disk.complete ? html`<span class="state active">complete</span>` : nothing}
      ${disk.tags.map((tag) => html`<span class="tag">${tag}</span>`)}
      <span class="share">${shareOf(disk)}</span>
    </header>
    <p class="url">${disk.url}</p>
    ${coverageBar(disk)} ${facts(disk)}
    ${prefetch === undefined ? nothing : prefetchProgressView(name, prefetch.progress)}
    ${diskActions(disk, actions)}
    ${disk.generations.length === 0 ? nothing : generationList(disk, actions)}
  </article>`
}

function shareOf({ size, storedBytes }: DiskStatus): string {
  return size === undefined || size === 0 ? '' : formatPercent(storedBytes / size)
}

function facts(disk: DiskStatus): TemplateResult {
  const { size, storedBytes, etag, lastModified, chunkSize, lastUsedAt } = disk
  if (size === undefined) {
    return html`<p class="empty">Not read yet: its size is known after the first read.</p>`
  }
  return html`<dl class="facts">
    ${fact('Stored', `${formatBytes(storedBytes)} of ${formatBytes(size)}`)}
    ${fact('Chunk', chunkSize === undefined ? undefined : formatBytes(chunkSize))}
    ${fact('ETag', etag)} ${fact('Last modified', etag === undefined ? lastModified : undefined)}
    ${fact('Last read', lastUsedAt === undefined ? undefined : formatAge(lastUsedAt, Date.now()))}
  </dl>`
}

function fact(name: string, value: string | undefined): TemplateResult | typeof nothing {
  return value === undefined
    ? nothing
    : html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`
}
