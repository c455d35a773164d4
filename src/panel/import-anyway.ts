import type { DiskCacheError } from '../core/errors.ts'
import type { ImportCommand, PanelCommand } from './panel-command.ts'

/**
 * An archive of another address may be of the same disk: only a person knows.
 *
 * @returns the command for a person who says so; `undefined` if something else went wrong.
 */
export function importAnyway(command: PanelCommand, error: unknown): ImportCommand | undefined {
  const { archived } = (error as Partial<DiskCacheError>).details ?? {}
  return command.type === 'import' && typeof archived === 'string'
    ? { ...command, archivedUrl: archived }
    : undefined
}
