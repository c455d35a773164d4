import { html } from 'lit'
import type { TemplateResult } from 'lit'
import type { StorageReport } from '../protocol/reports.ts'
import { actionButton } from './action-button.ts'
import { backendNames } from './backend-names.ts'
import { formatBytes } from './format-bytes.ts'
import { formatPercent } from './format-percent.ts'
import type { PanelActions } from './panel-actions.ts'

/** How full the storage is, and whether it is safe from the browser. */
export function storageView(storage: StorageReport, actions: PanelActions): TemplateResult {
  const storedBytes = storage.disks.reduce((sum, { bytes }) => sum + bytes, 0)
  return html`<section aria-labelledby="storage">
    <h3 id="storage">Storage</h3>
    <div class="meters">
      ${meter('Disks', storedBytes, storage.budget, 'of the budget of')}
      ${meter('Whole site', storage.usage, storage.quota, 'of the browser’s limit, about')}
    </div>
    <dl class="facts">
      <div>
        <dt>Kept in</dt>
        <dd>${backendNames[storage.backend]}</dd>
      </div>
      <div class="wide">
        <dt>Lasting</dt>
        <dd>
          ${storage.persisted ? 'Yes: the browser will not clear it by itself' : askToKeep(actions)}
        </dd>
      </div>
    </dl>
  </section>`
}

function meter(name: string, bytes: number, limitBytes: number, relation: string): TemplateResult {
  const share = limitBytes > 0 ? bytes / limitBytes : 0
  return html`<div class="meter">
    <span>${name} <b>${formatBytes(bytes)}</b></span>
    <svg
      viewBox="0 0 1 1"
      preserveAspectRatio="none"
      class="gauge"
      role="meter"
      aria-label=${name}
      aria-valuemin="0"
      aria-valuemax=${limitBytes}
      aria-valuenow=${bytes}
      aria-valuetext="${formatBytes(bytes)} ${relation} ${formatBytes(limitBytes)}"
    >
      <rect class=${share < 0.9 ? 'hit' : 'miss'} width=${Math.min(1, share)} height="1" />
    </svg>
    <span class="note">${formatPercent(share)} ${relation} ${formatBytes(limitBytes)}</span>
  </div>`
}

function askToKeep(actions: PanelActions): TemplateResult {
  const busy = actions.isBusy({ type: 'persist' })
  return html`<span>Not yet: the browser may clear it when space is short</span> ${actionButton({
      label: 'Ask to keep',
      subject: 'what is stored',
      unavailable: busy ? 'The browser is being asked' : undefined,
      onClick: () => actions.run({ type: 'persist' }),
    })}`
}
