import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { PanelActions } from './panel-actions.ts'
import { actionButton } from './action-button.ts'

/** What went wrong, each with its code, its advice, and a button that takes it away. */
export function noticeList({ commands }: PanelActions): TemplateResult {
  return html`<div role="log" aria-label="Problems">
    ${commands.notices.map(
      (notice) =>
        html`<div class="notice danger">
          <p>
            <b>${notice.title}</b>
            ${notice.code === undefined ? nothing : html`<code>${notice.code}</code>`}
            <br />${notice.message}
          </p>
          ${actionButton({
            label: 'Dismiss',
            subject: notice.title,
            onClick: () => commands.dismiss(notice),
          })}
        </div>`,
    )}
  </div>`
}
