import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'

/** What {@link actionButton} takes. */
export interface ActionButtonOptions {
  readonly label: string
  /** What it acts on, for those who hear the button without seeing where it stands. */
  readonly subject: string
  readonly tone?: 'primary' | 'danger'
  /** Why it cannot be used now. */
  readonly unavailable?: string | undefined
  onClick(event: MouseEvent): void
}

/**
 * A button of the panel. One that cannot be used stays in the tab order and says why, so that focus is
 * not lost when its own click makes it useless.
 */
export function actionButton(options: ActionButtonOptions): TemplateResult {
  const { label, subject, tone, unavailable, onClick } = options
  return html`<button
    type="button"
    class=${tone ?? nothing}
    aria-disabled=${unavailable === undefined ? nothing : 'true'}
    title=${unavailable ?? nothing}
    @click=${(event: MouseEvent) => {
      // The second click of a double click would cancel what the first began.
      if (unavailable === undefined && event.detail < 2) onClick(event)
    }}
  >
    ${label}<span class="unseen"> ${subject}</span>
  </button>`
}
