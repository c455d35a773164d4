import { createCoalescer } from '../panel/coalescer.ts'
import type { DiskCache } from '../protocol/api.ts'
import type { CacheStats } from '../protocol/reports.ts'
import { addBootEvents, noBootFigures } from './boot-figures.ts'
import type { BootFigures } from './boot-figures.ts'
import type { ShownBoot } from './boot-figures-view.ts'
import { networkTraffic } from './network-traffic.ts'

/** Least time between two looks at the figures of the cache. */
const statsIntervalMs = 400

/** Measures one boot after the other. */
export interface BootMeter {
  /** A boot begins. */
  start(diskUrl: string): void
  /** The boot is over: its time stands, and reads no longer count. */
  finish(): void
}

/**
 * Makes the meter.
 *
 * @param whenCache - without a cache only the time is measured.
 * @param show - called about four times a second while a boot runs.
 */
export function createBootMeter(
  whenCache: Promise<DiskCache | undefined>,
  show: (boot: ShownBoot) => void,
): BootMeter {
  let end: (() => void) | undefined
  return {
    start(diskUrl) {
      end?.()
      end = measure(diskUrl, whenCache, show)
    },
    finish: () => end?.(),
  }
}

/** Measures one boot. @returns ends it. */
function measure(
  diskUrl: string,
  whenCache: Promise<DiskCache | undefined>,
  show: (boot: ShownBoot) => void,
): () => void {
  const startedAt = performance.now()
  let figures: BootFigures | undefined
  let before: CacheStats | undefined
  let after: CacheStats | undefined
  let elapsedMs: number | undefined
  let unsubscribe: (() => void) | undefined

  const showNow = (): void => {
    const traffic = before && after ? networkTraffic(before, after) : undefined
    show({ figures, traffic, elapsedMs: elapsedMs ?? performance.now() - startedAt })
  }
  const follow = (cache: DiskCache | undefined): void => {
    if (cache === undefined || elapsedMs !== undefined) return
    const stats = createCoalescer(async () => {
      // What cannot be had is not shown: the panel reports the trouble.
      after = await cache.stats().catch(() => undefined)
      before ??= after
      showNow()
    }, statsIntervalMs)
    figures = noBootFigures
    unsubscribe = cache.subscribe((events) => {
      figures = addBootEvents(figures ?? noBootFigures, events, diskUrl)
      stats.request()
    })
    stats.request()
  }

  const ticker = setInterval(showNow, 250)
  showNow()
  void whenCache.then(follow)
  return () => {
    if (elapsedMs !== undefined) return
    elapsedMs = performance.now() - startedAt
    clearInterval(ticker)
    showNow()
    // The last events are on their way for another moment.
    setTimeout(() => unsubscribe?.(), 500)
  }
}
