import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { DiskStatus } from '../protocol/reports.ts'
import { actionButton } from './action-button.ts'
import { diskName } from './disk-name.ts'
import { factList } from './fact-list.ts'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import { formatPercent } from './format-percent.ts'
import { generationList } from './generation-list.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PrefetchJob } from '../protocol/prefetch-jobs.ts'
import { jobView, verifyView } from './progress-views.ts'

/** One disk: what it is, how much of it is stored, and what can be done about that. */
export function diskCard(
  disk: DiskStatus,
  { jobs, isRecording }: { jobs: readonly PrefetchJob[]; isRecording: boolean },
  actions: PanelActions,
): TemplateResult {
  const { url, size, storedBytes, pinnedBytes, etag, lastModified, lastUsedAt, tags } = disk
  const name = diskName(url)
  const verify = actions.verifyOf(url)
  const readiness = actions.readiness.get(url)
  return html`<article class="disk" aria-label=${name}>
    <header>
      <h3>${name}</h3>
      ${disk.complete ? html`<span class="state active">complete</span>` : nothing}
      ${tags.map((tag) => html`<span class="state">${tag}</span>`)}
      <b class="share">${size ? formatPercent(storedBytes / size) : nothing}</b>
    </header>
    <p class="note">${url}</p>
    ${
      size === undefined
        ? html`<p>Not read yet.</p>`
        : html`<canvas
              class="bar"
              data-url=${url}
              role="img"
              aria-label="${formatPercent(storedBytes / size)} stored"
            ></canvas>
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
    ${jobs.map((job) => jobView(job, actions))}
    ${verify === undefined ? nothing : verifyView(name, verify)}
    ${diskActions(disk, isRecording, actions)}
    ${disk.generations.length === 0 ? nothing : generationList(disk, actions)}
  </article>`
}

function diskActions(
  disk: DiskStatus,
  isRecording: boolean,
  actions: PanelActions,
): TemplateResult {
  const { url, complete, storedChunks, pinnedBytes, generations } = disk
  const subject = diskName(url)
  const isUnknown = generations.length === 0 ? 'No version of it is known' : undefined
  const isEmpty = storedChunks === 0 ? 'Nothing of it is stored' : undefined
  const isVerifying = actions.verifyOf(url) && 'It is being verified'
  const waits = generations.some(({ state }) => state === 'waiting')
  const button = (
    label: string,
    onClick: () => void,
    options: { unavailable?: string | undefined; tone?: 'primary' | 'danger' } = {},
  ): TemplateResult => actionButton({ label, subject, onClick, ...options })
  return html`<div class="actions">
    ${button('Prefetch', () => actions.run({ type: 'prefetch', url }), {
      tone: 'primary',
      unavailable: complete && !waits ? 'All of it is stored' : undefined,
    })}
    ${button('Prefetch boot', () =>
      actions.run({ type: 'prefetch', url, profile: 'recorded', priority: 1 }),
    )}
    ${button(isRecording ? 'Stop recording' : 'Record boot', () =>
      actions.run({ type: 'record', url }),
    )}
    ${button('Check offline', () => actions.run({ type: 'ready', url }))}
    ${button('Show map', () => actions.show('Map', url))}
    ${
      // One button, so that focus stays when it turns into its opposite.
      pinnedBytes > 0
        ? button('Unpin', () => actions.run({ type: 'unpin', url }))
        : button('Pin', () => actions.run({ type: 'pin', url }))
    }
    ${button('Look for update', () => actions.run({ type: 'update', url }))}
    ${button('Verify', () => actions.run({ type: 'verify', url, repair: false }), {
      unavailable: isVerifying ?? isEmpty,
    })}
    ${button('Verify and repair', () => actions.run({ type: 'verify', url, repair: true }), {
      unavailable: isVerifying ?? isEmpty,
    })}
    ${button('Evict', () => actions.confirm({ type: 'evict', url }), {
      unavailable: isEmpty,
      tone: 'danger',
    })}
    ${button('Invalidate all', () => actions.confirm({ type: 'invalidate', url }), {
      unavailable: isUnknown,
      tone: 'danger',
    })}
  </div>`
}
