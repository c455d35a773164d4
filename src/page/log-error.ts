import type { DiskCacheError } from '../core/errors.ts'

/** Writes an error to the console: the only place that does. What goes right is never logged. */
export function logError(error: DiskCacheError): void {
  // oxlint-disable-next-line no-console -- a site owner who never looks at `ready` must find it somewhere
  console.error(`[sectorcache] ${error.code}: ${error.message}`, error)
}
