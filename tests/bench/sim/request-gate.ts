import type { ByteRange } from '../../../src/core/byte-range.ts'
import type { LinkEstimate } from '../../../src/core/link-estimate.ts'
import type { Clock } from './clock.ts'
import type { LinkModel, Transfer } from './link-model.ts'

/** Why something is fetched: somebody waits for it, it was foreseen, or it completes a chunk. */
export type Urgency = 'demanded' | 'ahead' | 'rest'

/** A request that was made, or waits for its turn. */
export interface GateRequest {
  readonly range: ByteRange
  urgency: Urgency
  transfer?: Transfer
  /** What to do when so many of its bytes have arrived. */
  whenArrived(bytes: number, work: () => void): void
}

/** Lets a few requests at a time onto the link, those that somebody waits for first. */
export interface RequestGate {
  add(range: ByteRange, urgency: Urgency): GateRequest
  /** Takes a request back. @returns whether it had not been made yet */
  withdraw(request: GateRequest): boolean
  /** Looks again who may start. */
  pump(): void
  /** Requests that were made. */
  readonly requests: number
}

/** What {@link createRequestGate} needs. */
export interface GateOptions {
  readonly clock: Clock
  readonly link: LinkModel
  readonly estimate: LinkEstimate
  /** Whether a request that nobody waits for may start now. */
  mayStart(urgency: Urgency): boolean
}

const urgencies: readonly Urgency[] = ['demanded', 'ahead', 'rest']

/** Connections that a browser opens to one host. */
const maxParallel = 6

/** A gate that is open. */
export function createRequestGate({ clock, link, estimate, mayStart }: GateOptions): RequestGate {
  const queue: GateRequest[] = []
  const running = new Set<GateRequest>()
  /** Who waits for requests that have not been made yet. */
  const waitingOf = new Map<GateRequest, [number, () => void][]>()
  let requests = 0

  function start(request: GateRequest, waiting: [number, () => void][]): void {
    const { range } = request
    const bytes = range.end - range.start
    const startedMs = clock.nowMs
    const parallel = running.size + 1
    let firstByteMs = startedMs
    running.add(request)
    requests += 1
    const transfer = link.request(bytes)
    request.transfer = transfer
    transfer.whenArrived(1, () => (firstByteMs = clock.nowMs))
    for (const [wanted, work] of waiting) transfer.whenArrived(wanted, work)
    transfer.whenArrived(bytes, () => {
      running.delete(request)
      const shared = (parallel + running.size + 1) / 2
      estimate.record({ startedMs, firstByteMs, endedMs: clock.nowMs, bytes, parallel: shared })
      pump()
    })
  }

  function takeNext(): GateRequest | undefined {
    for (const wanted of urgencies) {
      if (wanted !== 'demanded' && !mayStart(wanted)) continue
      const at = queue.findIndex(({ urgency }) => urgency === wanted)
      if (at !== -1) return queue.splice(at, 1)[0]
    }
    return undefined
  }

  function pump(): void {
    while (running.size < maxParallel) {
      const next = takeNext()
      if (next === undefined) return
      start(next, waitingOf.get(next) ?? [])
      waitingOf.delete(next)
    }
  }

  return {
    withdraw(request) {
      const at = queue.indexOf(request)
      if (at !== -1) queue.splice(at, 1)
      return at !== -1
    },
    add(range, urgency) {
      const request: GateRequest = {
        range,
        urgency,
        whenArrived(bytes, work) {
          if (this.transfer !== undefined) this.transfer.whenArrived(bytes, work)
          else waitingOf.set(request, [...(waitingOf.get(request) ?? []), [bytes, work]])
        },
      }
      queue.push(request)
      return request
    },
    pump,
    get requests() {
      return requests
    },
  }
}
