import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import type { OriginFaults } from '../protocol/api.ts'
import type { DiskStatus } from '../protocol/reports.ts'
import { commandButton } from './command-button.ts'
import { diskName } from './disk-name.ts'
import { formatCounted } from './format-count.ts'
import { areOn } from './hold-faults.ts'
import type { PanelActions } from './panel-actions.ts'

/** Delays to choose from, in milliseconds. */
const latencies = [0, 50, 200, 1000, 5000] as const

/** What can be made to go wrong. */
export function faultsView(
  { faults, disks }: { faults: OriginFaults; disks: readonly DiskStatus[] },
  actions: PanelActions,
): TemplateResult {
  const { offline = false, latencyMs = 0 } = faults
  // Another page may have wanted what is not in the list.
  const choices = [...new Set([...latencies, latencyMs])].toSorted((a, b) => a - b)
  // As the form has it: what was chosen a moment ago may not be in force yet, and would be taken back.
  const simulate = (form: HTMLFormElement, failNext = 0): void => {
    const chosen = new FormData(form)
    actions.run({
      type: 'simulate',
      faults: {
        offline: chosen.has('offline'),
        latencyMs: Number(chosen.get('latencyMs')),
        failNext,
      },
    })
  }
  return html`<p class="note">
      Requests of the worker go wrong, for all pages, until this panel is closed.
    </p>
    <form
      class="faults"
      @change=${({ target, currentTarget }: Event) => {
        if ((target as HTMLInputElement).name === 'failNext') return
        simulate(currentTarget as HTMLFormElement, faults.failNext)
      }}
      @submit=${(event: SubmitEvent) => {
        event.preventDefault()
        const form = event.currentTarget as HTMLFormElement
        simulate(form, Number(new FormData(form).get('failNext')))
      }}
    >
      <label
        ><input type="checkbox" name="offline" .checked=${offline} /> Work offline: what is not
        stored cannot be read</label
      >
      <label
        >Latency added to each request
        <select name="latencyMs">
          ${choices.map(
            (ms) =>
              html`<option value=${ms} .selected=${ms === latencyMs}>
                ${ms ? `${ms} ms` : 'none'}
              </option>`,
          )}
        </select></label
      >
      <div class="actions">
        <label
          >Requests to fail <input type="number" name="failNext" min="0" max="999" value="5"
        /></label>
        <button>Fail the next requests</button>
        <span class="note"
          >Each is tried again: the fourth failure in a row reaches the guest.</span
        >
      </div>
    </form>
    <h3>The worker’s memory</h3>
    <p class="note">
      A page cannot stop its worker, but make it forget a disk: what is read next is looked up in
      storage anew.
    </p>
    <div class="actions">
      ${disks.map(({ url }) =>
        commandButton(
          actions,
          { type: 'refresh', url },
          { label: `Forget ${diskName(url)}`, subject: 'in the worker’s memory' },
        ),
      )}
    </div>`
}

/** Says, in every view, that something goes wrong on purpose. */
export function faultBanner(
  faults: OriginFaults,
  actions: PanelActions,
): TemplateResult | typeof nothing {
  if (!areOn(faults)) return nothing
  const { offline, latencyMs = 0, failNext = 0 } = faults
  const parts = [
    offline && 'working offline',
    latencyMs > 0 && `${latencyMs} ms added`,
    failNext > 0 && `the next ${formatCounted(failNext, 'request')} will fail`,
  ]
  return html`<div class="notice">
    <p><b>Faults are on:</b> ${parts.filter(Boolean).join(', ')}</p>
    ${commandButton(actions, { type: 'simulate', faults: {} }, { label: 'End', subject: 'faults' })}
  </div>`
}
