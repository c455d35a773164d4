import { html, noChange, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { DiskStatus, GenerationStatus } from '../protocol/reports.ts'
import { commandButton } from './command-button.ts'
import { diskName } from './disk-name.ts'
import { formatAge } from './format-age.ts'
import { formatBytes } from './format-bytes.ts'
import type { PanelActions } from './panel-actions.ts'

/** Every version of a disk that is known, with its state. */
export function generationList(disk: DiskStatus, actions: PanelActions): TemplateResult {
  // It never closes by itself: somebody may be at one of its buttons.
  return html`<details ?open=${disk.generations.length > 1 || noChange}>
    <summary>Versions (${disk.generations.length})</summary>
    <ul>
      ${disk.generations.map((generation) => generationItem(disk, generation, actions))}
    </ul>
  </details>`
}

function generationItem(
  { url }: DiskStatus,
  { state, etag, lastModified, size, storedBytes, chunkSize, backend, createdAt }: GenerationStatus,
  actions: PanelActions,
): TemplateResult {
  const subject = `version ${etag ?? lastModified} of ${diskName(url)}`
  return html`<li>
    <span class="state ${state}">${state}</span>
    <code>${etag ?? lastModified ?? 'no validator'}</code>
    <span class="note">
      ${formatBytes(storedBytes)} of ${formatBytes(size)} in chunks of ${formatBytes(chunkSize)}, in
      ${backend === 'idb' ? 'IndexedDB' : 'OPFS'}; found ${formatAge(createdAt, Date.now())}
    </span>
    ${
      state === 'waiting'
        ? commandButton(actions, { type: 'activate', url }, { label: 'Activate', subject })
        : nothing
    }
    ${
      etag === undefined
        ? nothing
        : commandButton(
            actions,
            { type: 'invalidate', url, etag },
            { label: 'Invalidate', subject },
          )
    }
  </li>`
}
