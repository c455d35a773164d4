/** Keeps the worker alive for work that goes on after an event was answered. */
export interface Lifetime {
  /** Keeps the worker until `work` is settled; a rejection is not an error of the event. */
  keep<Work extends Promise<unknown>>(work: Work): Work
}

/**
 * Extends `event` until everything that was kept is settled. To be called while the event is dispatched;
 * `keep` works until then and for as long as something is being kept.
 */
export function extendEvent(event: ExtendableEvent): Lifetime {
  const keep = <Work extends Promise<unknown>>(work: Work): Work => {
    const settled = work.then(
      () => undefined,
      () => undefined,
    )
    try {
      event.waitUntil(settled)
    } catch {
      // The event is over: the work goes on for as long as the browser lets the worker live.
    }
    return work
  }
  return { keep }
}
