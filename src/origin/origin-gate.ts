/** Who wants to ask the origin. Whoever a reader waits for goes first. */
export type Urgency = 'demand' | 'prefetch'

/** Lets a bounded number of requests through at a time. */
export interface OriginGate {
  /** Waits for a turn; call the result once to give it back. */
  enter(urgency: Urgency): Promise<() => void>
  /** Requests that are under way. */
  readonly underWay: number
  /** Resolves when no demanded request is under way, or waits for its turn. */
  whenQuiet(): Promise<void>
}

/**
 * Makes an {@link OriginGate}. Demanded requests overtake waiting prefetches.
 *
 * @param limit - requests at a time, at least 1; asked each time. Prefetches leave one place free where there are several.
 */
export function createOriginGate(limit: () => number): OriginGate {
  const waiting: Record<Urgency, (() => void)[]> = { demand: [], prefetch: [] }
  const inside: Record<Urgency, number> = { demand: 0, prefetch: 0 }
  let quiet: (() => void)[] = []

  function takeNext(): Urgency | undefined {
    const all = inside.demand + inside.prefetch
    if (all < limit() && waiting.demand.length > 0) return 'demand'
    const hasRoom = all < Math.max(1, limit() - 1)
    return hasRoom && waiting.prefetch.length > 0 ? 'prefetch' : undefined
  }

  function admit(): void {
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      inside[next]++
      waiting[next].shift()?.()
    }
    if (inside.demand > 0) return
    for (const resolve of quiet) resolve()
    quiet = []
  }

  function leaveOnce(urgency: Urgency): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      inside[urgency]--
      admit()
    }
  }

  return {
    enter(urgency) {
      return new Promise((resolve) => {
        waiting[urgency].push(() => resolve(leaveOnce(urgency)))
        admit()
      })
    },
    get underWay() {
      return inside.demand + inside.prefetch
    },
    whenQuiet() {
      return new Promise((resolve) => {
        quiet.push(resolve)
        admit()
      })
    },
  }
}
