import { diskName } from './disk-name.ts'
import type { PanelCommand } from './panel-command.ts'

/** A command that went wrong, as the title of a notice. */
export function failureTitleOf(command: PanelCommand): string {
  switch (command.type) {
    case 'prefetch':
      return `Prefetching ${diskName(command.url)} failed`
    case 'evict':
      return `Evicting ${diskName(command.url)} failed`
    case 'invalidate':
      return `Invalidating ${diskName(command.url)} failed`
    case 'clear':
      return 'Clearing the cache failed'
    case 'persist':
      return 'Asking the browser to keep the storage failed'
  }
}
