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
   * @param urgency - asked as long as it waits, or is under way: a reader may come to wait for what was begun as a
   * prefetch, and what was demanded may be here before the answer ends.
   */
  enter(urgency: () => Urgency): Promise<() => void>
  /** Requests that are under way. */
  readonly underWay: number
  /** Resolves when no demanded request is under way, or waits for its turn. */
  whenQuiet(): Promise<void>
  /** To be called when the urgency of somebody has changed. */
  reconsider(): void
}

interface Request {
  readonly urgency: () => Urgency
}

interface Waiting extends Request {
  readonly start: (leave: () => void) => void
}

/**
 * Makes an {@link OriginGate}. Demanded requests overtake waiting prefetches.
 *
 * @param limit - requests at a time, at least 1; asked each time. Prefetches leave one place free where there are several.
 */
export function createOriginGate(limit: () => number): OriginGate {
  const waiting: Waiting[] = []
  const inside = new Set<Request>()
  let quiet: (() => void)[] = []

  const findUrgent = (): number => waiting.findIndex(({ urgency }) => urgency() !== 'prefetch')
  const isDemand = ({ urgency }: Request): boolean => urgency() === 'demand'

  /** The place in the queue of who may go in now; -1 for nobody. */
  function findNext(): number {
    if (inside.size >= limit()) return -1
    const urgent = findUrgent()
    if (urgent !== -1) return urgent
    return waiting.length > 0 && inside.size < Math.max(1, limit() - 1) ? 0 : -1
  }

  function admit(): void {
    for (let next = findNext(); next !== -1; next = findNext()) {
      for (const request of waiting.splice(next, 1)) {
        inside.add(request)
        request.start(() => {
          if (inside.delete(request)) admit()
        })
      }
    }
    if (quiet.length === 0 || waiting.some(isDemand) || [...inside].some(isDemand)) return
    for (const resolve of quiet) resolve()
    quiet = []
  }

  return {
    enter(urgency) {
      return new Promise((resolve) => {
        waiting.push({ urgency, start: resolve })
        admit()
      })
    },
    get underWay() {
      return inside.size
    },
    whenQuiet() {
      return new Promise((resolve) => {
        quiet.push(resolve)
        admit()
      })
    },
    reconsider: admit,
  }
}
