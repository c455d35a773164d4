/**
 * Who wants to ask the origin. Whoever a reader waits for goes first: what was demanded, and what was begun as a prefetch and is
 * awaited now. The latter disturbs no quiet: else readahead could not go on while its reader is as fast as the link.
 */
export type Urgency = 'demand' | 'awaited' | 'prefetch'

/** Lets a bounded number of requests through at a time. */
export interface OriginGate {
  /**
   * Waits for a turn; call the result once to give it back.
   *
   * @param urgency - asked as long as it waits: a reader may come to wait for what was begun as a prefetch.
   */
  enter(urgency: () => Urgency): Promise<() => void>
  /** Requests that are under way. */
  readonly underWay: number
  /** Resolves when no demanded request is under way, or waits for its turn. */
  whenQuiet(): Promise<void>
}

interface Waiting {
  readonly urgency: () => Urgency
  readonly start: (leave: () => void) => void
}

/**
 * Makes an {@link OriginGate}. Demanded requests overtake waiting prefetches.
 *
 * @param limit - requests at a time, at least 1; asked each time. Prefetches leave one place free where there are several.
 */
export function createOriginGate(limit: () => number): OriginGate {
  const waiting: Waiting[] = []
  const inside: Record<Urgency, number> = { demand: 0, awaited: 0, prefetch: 0 }
  let quiet: (() => void)[] = []

  const findUrgent = (): number => waiting.findIndex(({ urgency }) => urgency() !== 'prefetch')
  const isDemanded = (): boolean => waiting.some(({ urgency }) => urgency() === 'demand')
  const underWay = (): number => inside.demand + inside.awaited + inside.prefetch

  /** The place in the queue of who may go in now; -1 for nobody. */
  function findNext(): number {
    if (underWay() >= limit()) return -1
    const urgent = findUrgent()
    if (urgent !== -1) return urgent
    return waiting.length > 0 && underWay() < Math.max(1, limit() - 1) ? 0 : -1
  }

  function admit(): void {
    for (let next = findNext(); next !== -1; next = findNext()) {
      for (const { urgency, start } of waiting.splice(next, 1)) {
        const now = urgency()
        inside[now]++
        start(leaveOnce(now))
      }
    }
    if (inside.demand > 0 || isDemanded()) return
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
        waiting.push({ urgency, start: resolve })
        admit()
      })
    },
    get underWay() {
      return underWay()
    },
    whenQuiet() {
      return new Promise((resolve) => {
        quiet.push(resolve)
        admit()
      })
    },
  }
}
