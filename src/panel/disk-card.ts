import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { DiskStatus } from '../protocol/reports.ts'
import { actionButton } from './action-button.ts'
import { commandButton } from './command-button.ts'
import { diskName } from './disk-name.ts'
import { factList } from './fact-list.ts'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import { formatPercent } from './format-percent.ts'
import { generationList } from './generation-list.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PrefetchJob } from '../protocol/prefetch-jobs.ts'
import type { PanelCommand } from './panel-command.ts'
import { jobView, runningView } from './progress-views.ts'

/** One disk: what it is, how much of it is stored, and what can be done about that. */
export function diskCard(
  disk: DiskStatus,
  { jobs, isRecording }: { jobs: readonly PrefetchJob[]; isRecording: boolean },
  actions: PanelActions,
): TemplateResult {
  const { url, size, storedBytes, pinnedBytes, etag, lastModified, lastUsedAt, tags } = disk
  const name = diskName(url)
  const readiness = actions.commands.readiness.get(url)
  const share = size ? formatPercent(storedBytes / size) : nothing
  return html`<article class="disk" aria-label=${name}>
    <header>
      <h3>${name}</h3>
      ${disk.complete ? html`<span class="state active">complete</span>` : nothing}
      ${tags.map((tag) => html`<span class="state">${tag}</span>`)}
      <b class="share">${share}</b>
    </header>
    <p class="note">${url}</p>
    ${
      size === undefined
        ? html`<p>Not read yet.</p>`
        : html`<canvas class="bar" data-url=${url} role="img" aria-label="${share} stored"></canvas>
            ${factList([
              ['Stored', `${formatBytes(storedBytes)} of ${formatBytes(size)}`],
              ['Pinned', pinnedBytes > 0 ? formatBytes(pinnedBytes) : 'nothing'],
              ['Last use', lastUsedAt && formatAge(lastUsedAt, Date.now())],
              [
                'Offline',
                readiness === undefined
                  ? 'not checked'
                  : readiness.ready
                    ? 'it boots'
                    : readiness.missingBytes > 0
                      ? `${formatBytes(readiness.missingBytes)} missing`
                      : 'not yet',
              ],
              ['Version', etag ?? lastModified ?? 'without ETag'],
            ])}`
    }
    ${jobs.map((job) => jobView(job, actions))} ${actions.commands.running(url).map(runningView)}
    ${diskActions(disk, isRecording, actions)}
    ${disk.generations.length === 0 ? nothing : generationList(disk, actions)}
  </article>`
}

function diskActions(
  { url, complete, pins, generations }: DiskStatus,
  isRecording: boolean,
  actions: PanelActions,
): TemplateResult {
  const subject = diskName(url)
  const nothingStored = 'Nothing of it is stored'
  const isEmpty = generations.every((it) => it.storedChunks === 0) ? nothingStored : undefined
  const unusable = actions.commands.running(url).length > 0 ? 'Something is under way' : isEmpty
  const waits = generations.some(({ state }) => state === 'waiting')
  const button = (
    label: string,
    command: PanelCommand,
    options: { unavailable?: string | undefined; tone?: 'primary' } = {},
  ): TemplateResult => commandButton(actions, command, { label, subject, ...options })
  return html`<div class="actions">
    ${button(
      'Prefetch',
      { type: 'prefetch', url },
      {
        tone: 'primary',
        unavailable: complete && !waits ? 'All of it is stored' : undefined,
      },
    )}
    ${button('Prefetch boot', { type: 'prefetch', url, profile: 'recorded', priority: 1 })}
    ${button(isRecording ? 'Stop recording' : 'Record boot', { type: 'record', url })}
    ${button('Check offline', { type: 'ready', url })}
    ${actionButton({ label: 'Show map', subject, onClick: () => actions.show('Map', url) })}
    ${
      // One button, so that focus stays when it turns into its opposite.
      pins.length > 0
        ? button('Unpin', { type: 'unpin', url })
        : button('Pin', { type: 'pin', url })
    }
    ${button('Look for update', { type: 'update', url })}
    ${button('Verify', { type: 'verify', url, repair: false }, { unavailable: unusable })}
    ${button('Verify and repair', { type: 'verify', url, repair: true }, { unavailable: unusable })}
    ${button('Export', { type: 'export', url }, { unavailable: unusable })}
    ${actionButton({ label: 'Import', subject, onClick: () => actions.load(url) })}
    ${button('Evict', { type: 'evict', url }, { unavailable: isEmpty })}
    ${button(
      'Invalidate all',
      { type: 'invalidate', url },
      {
        unavailable: generations.length === 0 ? 'No version of it is known' : undefined,
      },
    )}
  </div>`
}
