import { html } from 'lit'
import type { TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { DiskStatus } from '../protocol/reports.ts'
import { actionButton } from './action-button.ts'
import { diskCard } from './disk-card.ts'
import type { PanelActions } from './panel-actions.ts'

/** All disks, and the button that forgets them. */
export function disksView(disks: readonly DiskStatus[], actions: PanelActions): TemplateResult {
  return html`<section aria-labelledby="disks">
    <header>
      <h3 id="disks">Disks</h3>
      ${actionButton({
        label: 'Clear all',
        subject: 'disks and figures',
        tone: 'danger',
        unavailable: disks.length === 0 ? 'Nothing is stored' : undefined,
        onClick: () => actions.confirm({ type: 'clear' }),
      })}
    </header>
    ${
      disks.length === 0
        ? html`<p class="empty">
            No disk is known yet. A disk appears here once something has read from it.
          </p>`
        : repeat(
            // By address, not by use: a card must not move away under the pointer.
            [...disks].sort((a, b) => (a.url < b.url ? -1 : 1)),
            ({ url }) => url,
            (disk) => diskCard(disk, actions),
          )
    }
  </section>`
}
