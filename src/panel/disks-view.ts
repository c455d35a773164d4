import { html } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { actionButton } from './action-button.ts'
import { diskCard } from './disk-card.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PanelSnapshot } from './panel-source.ts'

/** All disks, and the button that forgets them. */
export function disksView(
  { disks, jobs, recording }: PanelSnapshot,
  actions: PanelActions,
): TemplateResult {
  if (disks.length === 0) {
    return html`<p class="note">No disk is known yet: nothing has read from one.</p>`
  }
  return html`${disks.map((disk) =>
      diskCard(
        disk,
        {
          jobs: jobs.filter(({ url, state }) => url === disk.url && state !== 'done'),
          isRecording: recording.includes(disk.url),
        },
        actions,
      ),
    )}
    <div class="actions">
      ${actionButton({
        label: 'Clear all',
        subject: 'disks and figures',
        tone: 'danger',
        onClick: () => actions.confirm({ type: 'clear' }),
      })}
    </div>`
}
