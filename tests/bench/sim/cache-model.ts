import type { ByteRange } from '../../../src/core/byte-range.ts'
import { createLinkEstimate } from '../../../src/core/link-estimate.ts'
import { planRequests } from '../../../src/core/plan-requests.ts'
import { restDelayMs, restRequestBytes } from '../../../src/core/request-rest.ts'
import type { Clock } from './clock.ts'
import type { LinkModel } from './link-model.ts'
import { createPageMap, pageBytes } from './page-map.ts'
import type { Policy } from './policy.ts'
import { createRequestGate } from './request-gate.ts'
import type { GateRequest, Urgency } from './request-gate.ts'

/** What is lost at the most when the worker dies in a request. */
const maxRequestBytes = 4 * 1024 * 1024

/** Something that answers one read at a time. */
export interface ReadModel {
  /** Calls `done` when the bytes are there. */
  read(range: ByteRange, done: () => void): void
  readonly requests: number
  /** Bytes that were fetched ahead of a demand on the foresight's word. */
  readonly aheadBytes: number
}

/** What reads cost apart from the link, in milliseconds. */
export interface Costs {
  /** A read that goes to the network, or through the worker. */
  readonly readMs: number
  /** More, before the worker has made a request. */
  readonly missMs: number
}

/** What {@link createCacheModel} needs. */
export interface CacheModelOptions {
  readonly clock: Clock
  readonly link: LinkModel
  readonly sizeBytes: number
  readonly costs: Costs
}

/** A cache with nothing in it. */
export function createCacheModel(
  policy: Policy,
  { clock, link, sizeBytes, costs }: CacheModelOptions,
): ReadModel {
  const { chunkBytes, extent, isEager = false } = policy
  const pages = createPageMap<GateRequest>(sizeBytes)
  const estimate = createLinkEstimate()
  const foresee = policy.foresee?.(sizeBytes, estimate)
  const runBytes = (): number => policy.runBytes?.(estimate) ?? estimate.runBytes()
  const restMs = (): number => (extent === 'run' ? restDelayMs(chunkBytes, runBytes()) : 0)
  let isAwaited = false
  let answeredMs = 0
  let aheadBytes = 0
  const gate = createRequestGate({
    clock,
    link,
    estimate,
    mayStart(urgency) {
      if (isAwaited && !isEager) return false
      return urgency !== 'rest' || clock.nowMs >= answeredMs + restMs()
    },
  })

  const toChunks = ({ start, end }: ByteRange): ByteRange => ({
    start: Math.floor(start / chunkBytes) * chunkBytes,
    end: Math.min(sizeBytes, Math.ceil(end / chunkBytes) * chunkBytes),
  })

  /** Asks for what is not under way of `range`. @returns how much that was */
  function ask(range: ByteRange, urgency: Urgency): number {
    const isPiecemeal = urgency === 'rest' && extent === 'run'
    const mostBytes = isPiecemeal ? wholePages(restRequestBytes(runBytes())) : maxRequestBytes
    let asked = 0
    for (const { start, end } of pages.missing(range)) {
      for (let at = start; at < end; at += mostBytes) {
        const piece = { start: at, end: Math.min(end, at + mostBytes) }
        pages.assign(piece, gate.add(piece, urgency))
        asked += piece.end - piece.start
      }
    }
    return asked
  }

  function demandedPart(need: ByteRange, isForeseen: boolean): ByteRange {
    const chunks = toChunks(need)
    if (extent === 'chunk') return chunks
    const toEnd = isForeseen || extent === 'toChunkEnd'
    const reach = { isForeseen: toEnd, runBytes: runBytes(), maxBytes: Infinity }
    return planRequests(need, [chunks], reach)[0] ?? need
  }

  /** What has not been asked for yet can be asked for in another order. */
  function withdraw(range: ByteRange): void {
    for (const request of pages.bringers(range).keys()) {
      if (request.urgency !== 'demanded' && gate.withdraw(request)) pages.release(request.range)
    }
  }

  function fetch(range: ByteRange): void {
    const ahead = foresee?.(range)
    withdraw(range)
    const missing = pages.missing(range)
    const [first, last] = [missing.at(0), missing.at(-1)]
    if (first !== undefined && last !== undefined) {
      const need = { start: first.start, end: last.end }
      ask(demandedPart(need, ahead !== undefined), 'demanded')
      ask(toChunks(range), 'rest')
    }
    if (ahead !== undefined && ahead.start < ahead.end) {
      withdraw(toChunks(ahead))
      aheadBytes += ask(toChunks(ahead), 'ahead')
    }
  }

  function answered(done: () => void): void {
    isAwaited = false
    answeredMs = clock.nowMs
    done()
    gate.pump()
    if (restMs() > 0) clock.after(restMs(), gate.pump)
  }

  return {
    read(range, done) {
      const isMiss = pages.missing(range).length > 0
      clock.after(costs.readMs + (isMiss ? costs.missMs : 0), () => {
        isAwaited = true
        fetch(range)
        const bringers = pages.bringers(extent === 'chunk' ? toChunks(range) : range)
        let left = bringers.size
        for (const [request, end] of bringers) {
          request.urgency = 'demanded'
          request.whenArrived(end - request.range.start, () => {
            if (--left === 0) answered(done)
          })
        }
        gate.pump()
      })
    },
    get requests() {
      return gate.requests
    },
    get aheadBytes() {
      return aheadBytes
    },
  }
}

/** Every read is a request of its own. */
export function createPlainModel({ clock, link, costs }: CacheModelOptions): ReadModel {
  let requests = 0
  return {
    read({ start, end }, done) {
      requests += 1
      clock.after(costs.readMs, () => link.request(end - start).whenArrived(end - start, done))
    },
    get requests() {
      return requests
    },
    aheadBytes: 0,
  }
}

function wholePages(bytes: number): number {
  return Math.max(pageBytes, Math.floor(bytes / pageBytes) * pageBytes)
}
