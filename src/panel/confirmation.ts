import { diskName } from './disk-name.ts'
import type { PanelCommand } from './panel-command.ts'

/** A question to ask before something is done that cannot be undone. */
export interface Confirmation {
  readonly title: string
  readonly consequence: string
  /** The button that does it. */
  readonly confirm: string
}

/** What to ask before `command`; `undefined` if it takes nothing away. */
export function confirmationOf(command: PanelCommand): Confirmation | undefined {
  switch (command.type) {
    case 'evict':
      return {
        title: `Evict ${command.ranges ? 'the selected chunks of ' : ''}${diskName(command.url)}?`,
        consequence: `${command.url}: all its versions lose these chunks, but for what is pinned. Reads fetch them again.`,
        confirm: 'Evict',
      }
    case 'invalidate':
      return {
        title: `Invalidate ${command.etag === undefined ? 'all' : `version ${command.etag}`} of ${diskName(command.url)}?`,
        consequence: `${command.url}: nothing of it is used again: a guest that runs from it now gets errors until it is restarted.`,
        confirm: 'Invalidate',
      }
    case 'clear':
      return {
        title: 'Clear the whole cache?',
        consequence: 'All disks, tags and figures are forgotten, and nothing boots offline.',
        confirm: 'Clear all',
      }
    case 'import':
      return command.url && command.archivedUrl
        ? {
            title: `Import ${command.archivedUrl} into ${diskName(command.url)}?`,
            consequence: 'If that is another disk, guests will read wrong bytes.',
            confirm: 'Import',
          }
        : undefined
    default:
      return undefined
  }
}
