import type { OriginFaults } from '../core/origin-faults.ts'

/** What is in force; it is lost with the worker, and the page that wants it says so again. */
let faults: OriginFaults = {}
let isWanted: () => Promise<boolean>

/**
 * Lets requests go wrong on purpose, unless this very order is in force already.
 *
 * @param wanted - `undefined` changes nothing.
 * @param isStillWanted - whether whoever wants it is still there. Asked before each request that would go wrong.
 * @returns what is in force now, with the failures that are left.
 */
export function injectFaults(
  wanted: OriginFaults | undefined,
  isStillWanted: () => Promise<boolean>,
): OriginFaults {
  if (wanted === undefined) return faults
  if (wanted.id === undefined || wanted.id !== faults.id) faults = wanted
  isWanted = isStillWanted
  return faults
}

/** Whether requests are made to fail as if there were no network, or there is none. */
export function isOffline(): boolean {
  return navigator.onLine === false || faults.offline === true
}

/** `fetch()`, for all that is asked of the origins of disks: the one place where faults are injected. */
export async function fetchFromOrigin(...request: Parameters<typeof fetch>): Promise<Response> {
  const { offline, latencyMs = 0, failNext = 0 } = faults
  if (offline === true || latencyMs > 0 || failNext > 0) {
    // Others come while this one waits.
    if (failNext > 0) faults = { ...faults, failNext: failNext - 1 }
    if (await isWanted()) {
      await new Promise((resolve) => setTimeout(resolve, latencyMs))
      if (offline === true || failNext > 0) throw new TypeError('A fault that a page asked for.')
    } else faults = {}
  }
  return fetch(...request)
}
