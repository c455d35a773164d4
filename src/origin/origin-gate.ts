/**
 * Who wants to ask the origin. Whoever a reader waits for goes first: what was demanded, and what was begun as a prefetch and is
 * awaited now. The latter disturbs no quiet: else readahead could not go on while its reader is as fast as the link.
 */
export type Urgency = 'demand' | 'awaited' | 'prefetch'

/** Lets a bounded number of requests through at a time. */
export interface OriginGate {
  /**
   * Waits for a turn; call the result to give it back. To call it again changes nothing.
   *
   * @param urgency - asked as long as it waits, or is under way: a reader may come to wait for what was begun as a
   * prefetch, and what was demanded may be here before the answer ends.
   */
  enter(urgency: () => Urgency): Promise<() => void>
  /** Requests that are under way. What only waits to be stored is not among them. */
  readonly underWay: number
  /**
   * Counts bytes that have arrived and lie in memory until they are stored. Up to {@link freeUnstoredBytes} they hinder
   * nobody. What is more takes places, as if it were still on its way: one for each 4 MiB, and for each store at the most.
   *
   * @param stored - settles when they no longer lie in memory.
   * @returns the same.
   */
  hold<Result>(bytes: number, stored: Promise<Result>): Promise<Result>
  /** Resolves when no demanded request is under way, or waits for its turn. */
  whenQuiet(): Promise<void>
  /** To be called when the urgency of somebody has changed. */
  reconsider(): void
}

/**
 * So much may wait to be stored, over all downloads, before misses have to wait for the store. Two of the longest requests:
 * then the store always has the next one, while the link brings others. More would only put off the moment at which a store
 * that is slower than the link slows it down, and lie in memory meanwhile.
 */
export const freeUnstoredBytes: number = 8 * 1024 * 1024

/** What a place stands for in memory: the longest request. */
const placeBytes = 4 * 1024 * 1024

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
  let [stores, unstoredBytes] = [0, 0]

  const findUrgent = (): number => waiting.findIndex(({ urgency }) => urgency() !== 'prefetch')
  const isDemand = ({ urgency }: Request): boolean => urgency() === 'demand'

  function countTaken(): number {
    const places = Math.ceil((unstoredBytes - freeUnstoredBytes) / placeBytes)
    return inside.size + Math.max(0, Math.min(stores, places))
  }

  /** The place in the queue of who may go in now; -1 for nobody. */
  function findNext(): number {
    const taken = countTaken()
    if (taken >= limit()) return -1
    const urgent = findUrgent()
    if (urgent !== -1) return urgent
    return waiting.length > 0 && taken < Math.max(1, limit() - 1) ? 0 : -1
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
    hold(bytes, stored) {
      stores++
      unstoredBytes += bytes
      return stored.finally(() => {
        stores--
        unstoredBytes -= bytes
        admit()
      })
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
