import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { actionButton } from './action-button.ts'
import { commandButton } from './command-button.ts'
import { diskCard } from './disk-card.ts'
import { noDisks } from './no-disks.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PanelSnapshot } from './panel-source.ts'
import { runningView } from './progress-views.ts'

/** All disks, and what can be done with more than one of them. */
export function disksView(
  { disks, jobs, recording }: PanelSnapshot,
  actions: PanelActions,
): TemplateResult {
  return html`${disks.length === 0 ? noDisks : nothing}
    ${disks.map((disk) =>
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
        label: 'Import',
        subject: 'a disk from a file',
        onClick: () => actions.load(),
      })}
      ${commandButton(actions, { type: 'clear' }, { label: 'Clear all', subject: 'disks and figures' })}
    </div>
    ${actions.commands.running(undefined).map(runningView)}`
}
