import { html } from 'lit'
import type { TemplateResult } from 'lit'
import type { DiskStatus, GenerationState, GenerationStatus } from '../protocol/reports.ts'
import { actionButton } from './action-button.ts'
import { backendNames } from './backend-names.ts'
import { diskName } from './disk-name.ts'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import type { PanelActions } from './panel-actions.ts'

const stateNotes: Record<GenerationState, string> = {
  active: 'read by new sessions',
  waiting: 'takes over when the sessions of the active one have ended',
  retired: 'kept for sessions that still read it',
}

/** Every version of a disk that is known, with its state. */
export function generationList(disk: DiskStatus, actions: PanelActions): TemplateResult {
  return html`<details class="generations" ?open=${disk.generations.length > 1}>
    <summary>Versions (${disk.generations.length})</summary>
    <ul>
      ${disk.generations.map((generation) => generationItem(disk, generation, actions))}
    </ul>
  </details>`
}

function generationItem(
  disk: DiskStatus,
  generation: GenerationStatus,
  actions: PanelActions,
): TemplateResult {
  const { state, etag, lastModified, size, storedBytes, backend, createdAt } = generation
  const validator = etag ?? lastModified ?? 'no validator'
  return html`<li>
    <span class="state ${state}" title=${stateNotes[state]}>${state}</span>
    <code>${validator}</code>
    <span class="note">
      ${formatBytes(storedBytes)} of ${formatBytes(size)} in ${backendNames[backend]} · found
      ${formatAge(createdAt, Date.now())}
    </span>
    ${
      etag === undefined || disk.generations.length < 2
        ? ''
        : actionButton({
            label: 'Invalidate',
            subject: `version ${etag} of ${diskName(disk.url)}`,
            tone: 'danger',
            onClick: () => actions.confirm({ type: 'invalidate', url: disk.url, etag }),
          })
    }
  </li>`
}
