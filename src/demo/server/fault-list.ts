import type { AnswerPlan } from './answer-plan.ts'
import type { DiskSource } from './disk-source.ts'
import type { FaultedRequest, FaultTransform } from './fault-transform.ts'

/** Which requests a fault spoils, and how often. */
export interface FaultOptions {
  /** How many answers it spoils. @default Infinity */
  readonly times?: number
  /**
   * Picks requests.
   *
   * @param url - path and query as requested
   * @param range - the `Range` header
   * @default every request for a disk
   */
  match?(url: string, range: string | undefined): boolean
}

/** A fault that is at work. */
export interface Fault {
  /** How many answers it still spoils. */
  readonly timesLeft: number
  /** How many it has spoiled. */
  readonly hits: number
  /** Takes it away. */
  remove(): void
}

/** The faults of an origin. */
export interface FaultList {
  /** Puts a fault to work. Several that match are applied in the order they were added. */
  add(transform: FaultTransform, options?: FaultOptions): Fault
  /** Takes all away. */
  clear(): void
  /** Lets the faults spoil a plan. One that changes nothing is not used up. */
  apply(plan: AnswerPlan, request: FaultRequest): AnswerPlan
}

/** A request, and the disk that it is for; `undefined` when there is none of that name. */
export interface FaultRequest extends FaultedRequest {
  readonly source: DiskSource | undefined
}

/**
 * An empty list of faults.
 *
 * @example
 * origin.faults.add(answerStatus(503, 2), { times: 3, match: (url) => url.includes('linux') })
 */
export function createFaultList(): FaultList {
  const entries = new Set<FaultEntry>()
  return {
    add(transform, { times = Infinity, match = () => true } = {}) {
      const entry: FaultEntry = { transform, match, timesLeft: times, hits: 0 }
      entries.add(entry)
      return {
        get timesLeft() {
          return entry.timesLeft
        },
        get hits() {
          return entry.hits
        },
        remove: () => void entries.delete(entry),
      }
    },
    clear: () => entries.clear(),
    apply(plan, { source, ...request }) {
      let result = plan
      for (const entry of entries) {
        if (entry.timesLeft <= 0 || !entry.match(request.url, request.range)) continue
        const spoiled = entry.transform(result, source, request)
        if (spoiled === result) continue
        result = spoiled
        entry.timesLeft -= 1
        entry.hits += 1
      }
      return result
    },
  }
}

interface FaultEntry {
  readonly transform: FaultTransform
  readonly match: (url: string, range: string | undefined) => boolean
  timesLeft: number
  hits: number
}
