import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { Confirmation } from './confirmation.ts'

/**
 * The question before something is taken away. Escape and the focused button both mean no.
 *
 * @param question - `undefined` while nothing is asked.
 * @param onClose - told whether the person said yes.
 */
export function confirmDialog(
  question: Confirmation | undefined,
  onClose: (confirmed: boolean) => void,
): TemplateResult {
  return html`<dialog
    aria-labelledby="question"
    aria-describedby="consequence"
    @close=${({ currentTarget }: Event) =>
      onClose((currentTarget as HTMLDialogElement).returnValue === 'yes')}
  >
    ${
      question === undefined
        ? nothing
        : html`<form method="dialog">
            <h3 id="question">${question.title}</h3>
            <p id="consequence">${question.consequence}</p>
            <div class="actions">
              <button value="no" autofocus>Cancel</button>
              <button value="yes" class="danger">${question.confirm}</button>
            </div>
          </form>`
    }
  </dialog>`
}
