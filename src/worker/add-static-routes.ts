/** The part of the Static Routing API that is used here; TypeScript does not know it yet. */
interface RouterCondition {
  readonly urlPattern?: URLPattern
  readonly not?: RouterCondition
  readonly or?: readonly RouterCondition[]
}

interface RoutingInstallEvent extends ExtendableEvent {
  addRoutes?(
    rules: readonly { condition: RouterCondition; source: 'network' }[],
  ): Promise<void> | undefined
}

/**
 * Tells the browser which requests the worker never answers, so that they do not even start it. To be called
 * in the `install` event, and only where no other code of the worker answers requests; does nothing where the
 * browser has no static routes (only Chromium has them).
 */
export function addStaticRoutes(event: ExtendableEvent, disks: readonly URLPattern[]): void {
  const { addRoutes } = event as RoutingInstallEvent
  if (addRoutes === undefined) return
  const isDisk = { or: disks.map((urlPattern) => ({ urlPattern })) }
  try {
    const added = addRoutes.call(event, [{ condition: { not: isDisk }, source: 'network' }])
    // Only an optimisation: a browser that knows other conditions than these must still install the worker.
    event.waitUntil(Promise.resolve(added).catch(() => undefined))
  } catch {
    // The same, for browsers that throw at once.
  }
}
