import { html, nothing } from 'lit'
import type { TemplateResult } from 'lit'
import type { PanelActions } from './panel-actions.ts'
import type { PanelNotice } from './panel-notice.ts'

/** What went wrong, each with its code, its advice, and a button that takes it away. */
export function noticeList(notices: readonly PanelNotice[], actions: PanelActions): TemplateResult {
  return html`<div class="notices" role="log" aria-label="Problems">
    ${notices.map(
      (notice) =>
        html`<div class="notice">
          <p>
            <strong>${notice.title}</strong>
            ${notice.code === undefined ? nothing : html`<code>${notice.code}</code>`}
          </p>
          <p>${notice.message}</p>
          <button type="button" @click=${() => actions.dismiss(notice)}>
            Dismiss<span class="unseen">: ${notice.title}</span>
          </button>
        </div>`,
    )}
  </div>`
}
