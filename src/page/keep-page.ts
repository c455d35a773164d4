import type { WorkerLink } from './worker-link.ts'

/**
 * Tells the worker what this page is made of, as far as it has not seen that: what was asked for before it was there. One that
 * keeps no pages does nothing.
 *
 * @returns a function that ends it.
 */
export function keepPage(api: WorkerLink['api']): () => void {
  const keep = async (urls: readonly string[]): Promise<void> => {
    for (let rest = urls; rest.length > 0;) rest = await api.keepPage(rest)
  }
  const tryKeep = (urls: readonly string[]): void => void keep(urls).catch(() => undefined)
  tryKeep([location.href])
  // What began before the worker came may end long after.
  const observer = new PerformanceObserver((list) => {
    const entries = list.getEntries() as PerformanceResourceTiming[]
    const unseen = entries.filter(({ workerStart }) => workerStart === 0)
    if (unseen.length > 0) tryKeep(unseen.map(({ name }) => name))
  })
  observer.observe({ type: 'resource', buffered: true })
  return () => observer.disconnect()
}
