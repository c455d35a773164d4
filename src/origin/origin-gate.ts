/** Who wants to ask the origin. Whoever a reader waits for goes first. */
export type Urgency = 'demand' | 'prefetch'

/** Lets a bounded number of requests through at a time. */
export interface OriginGate {
  /** Waits for a turn; call the result once to give it back. */
  enter(urgency: Urgency): Promise<() => void>
}

/**
 * Makes an {@link OriginGate}. Demanded requests overtake waiting prefetches.
 *
 * @param limit - requests at a time, at least 1; asked each time. Prefetches leave one place free where there are several.
 */
export function createOriginGate(limit: () => number): OriginGate {
  const waiting: Record<Urgency, (() => void)[]> = { demand: [], prefetch: [] }
  let inside = 0

  function takeNext(): (() => void) | undefined {
    if (inside < limit() && waiting.demand.length > 0) return waiting.demand.shift()
    return inside < Math.max(1, limit() - 1) ? waiting.prefetch.shift() : undefined
  }

  function admit(): void {
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      inside++
      next()
    }
  }

  function leaveOnce(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      inside--
      admit()
    }
  }

  return {
    enter(urgency) {
      return new Promise((resolve) => {
        waiting[urgency].push(() => resolve(leaveOnce()))
        admit()
      })
    },
  }
}
