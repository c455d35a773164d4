import type { BrowserContext, CDPSession } from '@playwright/test'

/** A connection to a worker by the DevTools protocol. While it stands, the browser does not stop the worker. */
export interface WorkerDebugger {
  send(method: string, params?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>
  detach(): Promise<void>
}

/**
 * Debugs the service worker of a site, for which Playwright has no session.
 *
 * @throws {Error} if the site has no running worker
 */
export async function debugWorker(
  browser: BrowserContext,
  siteUrl: string,
): Promise<WorkerDebugger> {
  const root = await browser.browser()?.newBrowserCDPSession()
  if (root === undefined) throw new Error('The browser cannot be debugged')
  const { targetInfos } = await root.send('Target.getTargets')
  const target = targetInfos.find(
    ({ type, url }) => type === 'service_worker' && url.startsWith(siteUrl),
  )
  if (target === undefined) throw new Error(`There is no running worker of ${siteUrl}`)
  return { send: await attach(root, target.targetId), detach: () => root.detach() }
}

interface Answer {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

/** The worker's messages travel inside of messages of the browser's own session. */
async function attach(root: CDPSession, targetId: string): Promise<WorkerDebugger['send']> {
  const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: false })
  const waiting = new Map<number, (answer: Answer) => void>()
  root.on('Target.receivedMessageFromTarget', (event) => {
    const answer = JSON.parse(event.message) as Answer
    if (event.sessionId !== sessionId || answer.id === undefined) return
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  let lastId = 0
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {})
        else reject(new Error(`${method}: ${error.message}`))
      })
      const message = JSON.stringify({ id, method, params })
      root.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject)
    })
}
