import type { Clock, Timer } from './clock.ts'

/** A link to an origin. */
export interface LinkTraits {
  /** From a request to the first byte of its answer, in milliseconds. */
  readonly delayMs: number
  /** Shared evenly by the answers that are on it. */
  readonly bytesPerMs: number
}

/** An answer on its way. */
export interface Transfer {
  /** Bytes of it that have arrived. */
  arrivedBytes(): number
  /** Calls `work` as soon as so many bytes have arrived; at once if they have. */
  whenArrived(bytes: number, work: () => void): void
  /** Nothing more of it comes; what waits for more is never called. */
  cancel(): void
}

/** The link of a simulation. */
export interface LinkModel {
  /** Asks for so many bytes. */
  request(bytes: number): Transfer
  /** Bytes that came in over the link so far. */
  readonly carriedBytes: number
}

interface Flow {
  arrived: number
  readonly length: number
  milestones: { readonly bytes: number; readonly work: () => void }[]
}

/** A rounding error of times, in bytes. */
const tolerance = 1e-3

/** Makes a link on which nothing is. */
export function createLinkModel(clock: Clock, { delayMs, bytesPerMs }: LinkTraits): LinkModel {
  const flows = new Set<Flow>()
  let lastMs = 0
  let carried = 0
  let timer: Timer | undefined

  /** Accounts for the time since the last change. */
  function settle(): void {
    const each = ((clock.nowMs - lastMs) * bytesPerMs) / flows.size
    lastMs = clock.nowMs
    for (const flow of flows) {
      const gained = Math.min(each, flow.length - flow.arrived)
      flow.arrived += gained
      carried += gained
    }
  }

  /** Calls whoever has waited long enough, and looks when the next one has. */
  function proceed(): void {
    timer?.cancel()
    const due: (() => void)[] = []
    let nextBytes = Infinity
    for (const flow of flows) {
      const isDue = ({ bytes }: { bytes: number }): boolean => bytes <= flow.arrived + tolerance
      due.push(...flow.milestones.filter(isDue).map(({ work }) => work))
      flow.milestones = flow.milestones.filter((milestone) => !isDue(milestone))
      if (flow.arrived + tolerance >= flow.length) flows.delete(flow)
      else {
        const wanted = Math.min(flow.length, ...flow.milestones.map(({ bytes }) => bytes))
        nextBytes = Math.min(nextBytes, wanted - flow.arrived)
      }
    }
    timer = undefined
    if (flows.size > 0) timer = clock.after((nextBytes * flows.size) / bytesPerMs, update)
    for (const work of due) clock.after(0, work)
  }

  function update(): void {
    settle()
    proceed()
  }

  return {
    request(length) {
      const flow: Flow = { arrived: 0, length, milestones: [] }
      const start = clock.after(delayMs, () => {
        settle()
        flows.add(flow)
        proceed()
      })
      return {
        arrivedBytes() {
          settle()
          return flow.arrived
        },
        whenArrived(bytes, work) {
          flow.milestones.push({ bytes, work })
          if (flow.arrived + tolerance >= bytes || flows.has(flow)) {
            settle()
            if (flows.has(flow)) proceed()
            else {
              flow.milestones.pop()
              clock.after(0, work)
            }
          }
        },
        cancel() {
          start.cancel()
          settle()
          flow.milestones = []
          if (flows.delete(flow)) proceed()
        },
      }
    },
    get carriedBytes() {
      return carried
    },
  }
}
