import type { BrowserContext, CDPSession } from '@playwright/test'

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
 * @throws {Error} if the site has no running worker
 */
export async function watchHeap(browser: BrowserContext, siteUrl: string): Promise<HeapWatch> {
  const root = await browser.browser()?.newBrowserCDPSession()
  if (root === undefined) throw new Error('The browser cannot be debugged')
  const { targetInfos } = await root.send('Target.getTargets')
  const target = targetInfos.find(
    ({ type, url }) => type === 'service_worker' && url.startsWith(siteUrl),
  )
  if (target === undefined) throw new Error(`There is no running worker of ${siteUrl}`)
  const send = await attach(root, target.targetId)

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
      most = Math.max(most, await look())
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
      await root.detach()
      return { most, after, looks }
    },
  }
}

type Send = (method: string) => Promise<Record<string, unknown>>

/** Talks to a target that Playwright has no session for. */
async function attach(root: CDPSession, targetId: string): Promise<Send> {
  const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: false })
  const waiting = new Map<number, (answer: Record<string, unknown>) => void>()
  root.on('Target.receivedMessageFromTarget', (event) => {
    const { id, result } = JSON.parse(event.message) as {
      id?: number
      result?: Record<string, unknown>
    }
    if (event.sessionId === sessionId && id !== undefined) waiting.get(id)?.(result ?? {})
  })
  let lastId = 0
  return (method) =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, resolve)
      const message = JSON.stringify({ id, method })
      root.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject)
    })
}
