import { diskName } from './disk-name.ts'
import type { RemovalCommand } from './panel-command.ts'

/** A question to ask before something is taken away. */
export interface Confirmation {
  readonly title: string
  readonly consequence: string
  /** The button that does it. */
  readonly confirm: string
}

/** What to ask before `command`. */
export function confirmationOf(command: RemovalCommand): Confirmation {
  switch (command.type) {
    case 'evict':
      return {
        title: `Evict ${command.ranges ? 'the selected chunks of ' : ''}${diskName(command.url)}?`,
        consequence:
          'Its chunks are removed, but not what is pinned. They are fetched again when they are read.',
        confirm: 'Evict',
      }
    case 'invalidate':
      return {
        title:
          command.etag === undefined
            ? `Invalidate all of ${diskName(command.url)}?`
            : `Invalidate version ${command.etag} of ${diskName(command.url)}?`,
        consequence:
          'Nothing of it is used again: a guest that runs from it now gets errors until it is restarted.',
        confirm: 'Invalidate',
      }
    case 'clear':
      return {
        title: 'Clear the whole cache?',
        consequence: 'All disks, tags and figures are forgotten, and nothing boots offline.',
        confirm: 'Clear all',
      }
  }
}
