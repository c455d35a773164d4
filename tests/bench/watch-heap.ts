import type { BrowserContext } from '@playwright/test'
import { debugWorker } from './debug-worker.ts'

/** A worker's memory, looked at while it works. */
export interface HeapWatch {
  /** What the worker held after a collection, in bytes. */
  readonly before: number
  /** Ends the watch. @returns the most that was seen, and what a collection leaves, in bytes */
  finish(): Promise<{ readonly most: number; readonly after: number; readonly looks: number }>
}

/** Time between two looks. */
const intervalMs = 50

/**
 * Watches the heap of the service worker of a site: objects, and the array buffers that belong to them.
 *
 * @param counts - `used`: what is in use, for which each look collects garbage first. `all`: garbage too, which V8 lets
 * grow to 64 MiB of array buffers before it collects.
 * @throws {Error} if the site has no running worker
 */
export async function watchHeap(
  browser: BrowserContext,
  siteUrl: string,
  counts: 'used' | 'all',
): Promise<HeapWatch> {
  const { send, detach } = await debugWorker(browser, siteUrl)

  async function look(): Promise<number> {
    const usage = await send('Runtime.getHeapUsage')
    return Number(usage['usedSize']) + Number(usage['backingStorageSize'] ?? 0)
  }

  async function lookAfterCollection(): Promise<number> {
    await send('HeapProfiler.collectGarbage')
    return look()
  }

  const before = await lookAfterCollection()
  let most = before
  let looks = 0
  const watch = new AbortController()
  const watching = (async () => {
    while (!watch.signal.aborted) {
      most = Math.max(most, await (counts === 'used' ? lookAfterCollection() : look()))
      looks++
      await new Promise((resolve) => setTimeout(resolve, intervalMs))
    }
  })()
  return {
    before,
    async finish() {
      watch.abort()
      await watching
      const after = await lookAfterCollection()
      await detach()
      return { most, after, looks }
    },
  }
}
