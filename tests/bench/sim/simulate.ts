import { createCacheModel, createPlainModel } from './cache-model.ts'
import { createClock } from './clock.ts'
import { createLinkModel } from './link-model.ts'
import type { LinkTraits } from './link-model.ts'
import type { Policy } from './policy.ts'
import { isInStretch } from './trace.ts'
import type { Trace } from './trace.ts'

/** What a simulated boot took. */
export interface Simulated {
  readonly elapsedMs: number
  readonly readBytes: number
  /** Over the link, what came after the boot included. */
  readonly fetchedBytes: number
  readonly requests: number
  readonly aheadBytes: number
  /** The longest that a read took, in milliseconds. */
  readonly slowestMs: number
}

/** As measured in Chromium on two cores: a request from page to loopback; through the worker; a miss there. */
const plainCosts = { readMs: 2, missMs: 0 }
const workerCosts = { readMs: 2.5, missMs: 2 }

/** Replays a trace over a link. */
export function simulate(policy: Policy, trace: Trace, traits: LinkTraits): Simulated {
  const clock = createClock()
  const link = createLinkModel(clock, traits)
  const { sizeBytes, reads, restMs } = trace
  const isPlain = policy.chunkBytes === 0
  const costs = isPlain ? plainCosts : workerCosts
  const create = isPlain
    ? createPlainModel
    : (options: Parameters<typeof createPlainModel>[0]) => createCacheModel(policy, options)
  const model = create({ clock, link, sizeBytes, costs })
  let [elapsedMs, slowestMs, readBytes] = [0, 0, 0]

  function next(at: number): void {
    const read = reads[at]
    if (read === undefined) {
      elapsedMs = clock.nowMs + restMs
      return
    }
    clock.after(read.thinkMs, () => {
      const sentMs = clock.nowMs
      const range = { start: read.offset, end: Math.min(sizeBytes, read.offset + read.length) }
      readBytes += range.end - range.start
      model.read(range, () => {
        slowestMs = Math.max(slowestMs, clock.nowMs - sentMs)
        next(at + 1)
      })
    })
  }

  next(0)
  clock.run()
  const { requests, aheadBytes } = model
  const fetchedBytes = Math.round(link.carriedBytes)
  return { elapsedMs, readBytes, fetchedBytes, requests, aheadBytes, slowestMs }
}

/**
 * How long a boot takes with a readahead that knows each sequential stretch as soon as it begins, but not which one is
 * next: a stretch takes its delay and its bytes, or its reads from the store, whichever is longer. In milliseconds.
 */
export function stretchBoundMs({ reads, restMs }: Trace, traits: LinkTraits): number {
  let boundMs = restMs
  let stretch = { bytes: 0, readerMs: 0 }
  const end = (): void => {
    if (stretch.bytes === 0) return
    boundMs += Math.max(stretch.readerMs, traits.delayMs + stretch.bytes / traits.bytesPerMs)
  }
  for (const [at, read] of reads.entries()) {
    if (isInStretch(read, reads[at - 1])) {
      stretch.bytes += read.length
      stretch.readerMs += read.thinkMs + workerCosts.readMs
    } else {
      end()
      boundMs += read.thinkMs
      stretch = { bytes: read.length, readerMs: workerCosts.readMs }
    }
  }
  end()
  return boundMs
}

/** How long a boot takes from the store, in milliseconds. */
export function warmMs({ reads, restMs }: Trace): number {
  return reads.reduce((sum, { thinkMs }) => sum + thinkMs + workerCosts.readMs, restMs)
}
