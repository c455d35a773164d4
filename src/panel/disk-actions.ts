import { html } from 'lit'
import type { TemplateResult } from 'lit'
import type { DiskStatus } from '../protocol/reports.ts'
import { actionButton } from './action-button.ts'
import { diskName } from './disk-name.ts'
import type { PanelActions } from './panel-actions.ts'
import type { InvalidateCommand } from './panel-command.ts'

/** What can be done with a disk. */
export function diskActions(disk: DiskStatus, actions: PanelActions): TemplateResult {
  const { url, complete, storedChunks, generations } = disk
  const subject = diskName(url)
  return html`<div class="actions">
    ${
      // One button, so that focus stays when it turns into its opposite.
      actions.prefetchOf(url) === undefined
        ? actionButton({
            label: 'Prefetch',
            subject,
            tone: 'primary',
            unavailable: complete ? 'All of it is stored' : undefined,
            onClick: () => actions.run({ type: 'prefetch', url }),
          })
        : actionButton({
            label: 'Cancel',
            subject: `prefetching ${subject}`,
            onClick: () => actions.cancelPrefetch(url),
          })
    }
    ${actionButton({
      label: 'Evict',
      subject,
      unavailable: storedChunks === 0 ? 'Nothing of it is stored' : undefined,
      onClick: () => actions.confirm({ type: 'evict', url }),
    })}
    ${actionButton({
      label: 'Invalidate this version',
      subject: `of ${subject}`,
      unavailable: generations.length === 0 ? 'No version of it is known' : undefined,
      onClick: () => actions.confirm(invalidationOf(disk)),
    })}
  </div>`
}

function invalidationOf({ url, etag }: DiskStatus): InvalidateCommand {
  return etag === undefined ? { type: 'invalidate', url } : { type: 'invalidate', url, etag }
}
