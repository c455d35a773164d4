/**
 * The URL of the script that this code is in: the worker's own, or the one that `importScripts()` was called
 * with. Nothing but a stack trace tells the latter.
 */
export function ownScriptUrl(): string {
  const trace = new Error('where am I?').stack ?? ''
  const url = /https?:\/\/\S+?(?=:\d+(?::\d+)?\)?\s*$)/m.exec(trace)?.[0]
  return url ?? location.href
}
