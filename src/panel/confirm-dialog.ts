import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { confirmationOf } from './confirmation.ts'
import type { RemovalCommand } from './panel-command.ts'

/**
 * The question before something is taken away. Escape and the focused button both mean no.
 *
 * @param command - what would be done; `undefined` while nothing is asked.
 * @param onClose - told whether the person said yes.
 */
export function confirmDialog(
  command: RemovalCommand | undefined,
  onClose: (confirmed: boolean) => void,
): TemplateResult {
  const confirmation = command === undefined ? undefined : confirmationOf(command)
  return html`<dialog
    aria-labelledby="question"
    aria-describedby="consequence"
    @close=${({ currentTarget }: Event) =>
      onClose((currentTarget as HTMLDialogElement).returnValue === 'yes')}
  >
    ${
      confirmation === undefined
        ? nothing
        : html`<form method="dialog">
            <h3 id="question">${confirmation.title}</h3>
            <p id="consequence">${confirmation.consequence}</p>
            <div class="actions">
              <button value="no" autofocus>Keep it</button>
              <button value="yes" class="danger">${confirmation.confirm}</button>
            </div>
          </form>`
    }
  </dialog>`
}
