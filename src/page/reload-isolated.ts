import { DiskCacheError } from '../core/errors.ts'
import { logError } from './log-error.ts'

const key = 'sectorcache-coi'

/**
 * Loads the page anew, once, if it is not cross-origin isolated: it came before the worker that adds the headers.
 * If that does not help, the console tells why not, and the page goes on as it is. A frame is isolated only if the
 * page around it is.
 *
 * @returns whether the page is about to go.
 */
export function reloadIsolated(): boolean {
  try {
    if (crossOriginIsolated) sessionStorage.removeItem(key)
    if (crossOriginIsolated || self !== top) return false
    if (sessionStorage.getItem(key) === null) {
      sessionStorage.setItem(key, location.href)
      location.reload()
      return true
    }
  } catch {
    // Without a session's storage it might be reloaded for ever.
  }
  const message =
    '"coi" is on, but this page is not cross-origin isolated. The server sends other headers, or it was reloaded ' +
    'past the worker.'
  logError(new DiskCacheError('unsupported', message))
  return false
}
