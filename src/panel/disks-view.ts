import { html, nothing } from 'lit/html.js'
import type { TemplateResult } from 'lit/html.js'
import { actionButton } from './action-button.ts'
import { commandButton } from './command-button.ts'
import { diskCard } from './disk-card.ts'
import { noDisks } from './no-disks.ts'
import type { PanelActions } from './panel-actions.ts'
import type { PanelSnapshot } from './panel-source.ts'
import { jobView, runningView } from './progress-views.ts'

/** All disks, and what can be done with more than one of them. */
export function disksView(
  { disks, jobs, recording }: PanelSnapshot,
  actions: PanelActions,
): TemplateResult {
  const open = jobs.filter(({ state }) => state !== 'done')
  return html`${disks.length === 0 ? noDisks : nothing}
    ${disks.map((disk) =>
      diskCard(
        disk,
        {
          jobs: open.filter(({ key }) => key === disk.url),
          isRecording: recording.includes(disk.url),
        },
        actions,
      ),
    )}
    ${
      // The origin of a disk that nobody has read may be away.
      open
        .filter(({ key }) => !disks.some(({ url }) => url === key))
        .map((job) => jobView(job, actions))
    }
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
