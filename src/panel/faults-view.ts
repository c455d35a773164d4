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
  const delays = [...new Set([...latencies, latencyMs])].toSorted((a, b) => a - b)
  // As the form has it: what was chosen a moment ago may not be in force yet, and would be taken back.
  const simulate = ({ currentTarget }: Event, failNext = 0): void => {
    const choices = (currentTarget as Element).closest('.faults')?.querySelector('form')
    const chosen = new FormData(choices ?? undefined)
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
    <div class="faults">
      <form
        class="choices"
        @change=${(event: Event) => simulate(event, faults.failNext)}
        @submit=${(event: SubmitEvent) => event.preventDefault()}
      >
        <label
          ><input type="checkbox" name="offline" .checked=${offline} /> Work offline: what is not
          stored cannot be read</label
        >
        <label
          >Latency added to each request
          <select name="latencyMs">
            ${delays.map(
              (ms) =>
                html`<option value=${ms} .selected=${ms === latencyMs}>
                  ${ms ? `${ms} ms` : 'none'}
                </option>`,
            )}
          </select></label
        >
      </form>
      <form
        class="actions"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault()
          const input = (event.currentTarget as HTMLFormElement).querySelector('input')
          simulate(event, input?.valueAsNumber || 0)
        }}
      >
        <label>Requests to fail <input type="number" min="0" max="999" value="5" /></label>
        <button>Fail the next requests</button>
        <span class="note"
          >Each is tried again: the fourth failure in a row reaches the guest.</span
        >
      </form>
    </div>
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
