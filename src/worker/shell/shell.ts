import { isShellRequest, mayAnswerSlow, mayKeepInShell } from '../../core/shell-rules.ts'
import { extendEvent } from '../lifetime.ts'
import type { Lifetime } from '../lifetime.ts'
import { startTimer } from '../start-timer.ts'
import { createShellFiles } from './shell-files.ts'

declare const self: ServiceWorkerGlobalScope

/** Keeps what pages with the script tag are made of, so that they open without a network. */
export interface Shell {
  /** Answers from the network; if that is out of reach or slow, with what was kept. */
  answer(event: FetchEvent): Promise<Response>
  /**
   * Keeps files, of which a page was made, for some seconds. Those that are kept already are left as they are.
   *
   * @returns those that it has not come to.
   */
  keep(
    urls: readonly string[],
    by: { readonly clientId: string; readonly lifetime: Lifetime },
  ): Promise<readonly string[]>
  /** Somebody writes to this URL: what was kept of it is out of date. */
  forget(url: string): Promise<void>
  clear(): Promise<void>
}

/** A network that has not begun to answer after so long is out of reach, if there is something to fall back on. */
const patienceMs = 3_000

/** Files that one page may ask to keep at a time. */
const maxFiles = 500

/** One call of a page takes so long, and leaves the rest to the next one. */
const stepMs = 3_000

/** A file that takes longer is given up: an event must not be extended for ever. */
const fileLimitMs = 30_000

/**
 * Makes the shell of a worker's scope.
 *
 * @param isOurs - whether a URL is a disk: it is kept elsewhere.
 * @param whenQuiet - resolves when nobody waits for the origin of a disk.
 */
export function createShell(isOurs: (url: URL) => boolean, whenQuiet: () => Promise<void>): Shell {
  const files = createShellFiles(self.registration.scope)
  /** Pages that have the tag. Others, from before this worker's life, are known by their URL. */
  const pages = new Set<string>()
  /** What was asked for before all was cleared is not kept after it. */
  let clearings = 0
  /** Nobody knows when what is written has arrived: until the next worker, an answer may be older than that. */
  const written = new Set<string>()

  const mayKeep = (url: string): boolean =>
    isShellRequest({ url, method: 'GET', cache: 'default', headers: new Headers() }, self.origin) &&
    !isOurs(new URL(url))

  /** Whether it was asked for by a page, or its worker, that is kept itself; or is kept, and now newer. */
  async function belongsToShell(url: string, { request, clientId }: FetchEvent): Promise<boolean> {
    if (await files.has(url)) return true
    // The page that a link was followed on has nothing to do with the one that it leads to.
    if (request.mode === 'navigate' || clientId === '') return false
    if (pages.has(clientId)) return true
    const client = await self.clients.get(clientId)
    return client !== undefined && files.has(withoutHash(client.url))
  }

  async function keepAnswer(event: FetchEvent, copy: Response, asOf: number): Promise<void> {
    const url = withoutHash(event.request.url)
    await keepFile(url, copy, { asOf, isWanted: await belongsToShell(url, event) })
  }

  /** @param asOf - `clearings` when it was asked for. */
  async function keepFile(
    url: string,
    response: Response,
    { asOf, isWanted }: { readonly asOf: number; readonly isWanted: boolean },
  ): Promise<void> {
    const isCurrent = (): boolean => clearings === asOf && !written.has(url)
    if (isWanted && isCurrent()) await files.keep(url, response, isCurrent)
    else await response.body?.cancel()
    if (written.has(url)) await files.remove(url)
  }

  /** The network's answer; its copy is kept meanwhile. */
  async function ask(event: FetchEvent, lifetime: Lifetime): Promise<Response> {
    const asOf = clearings
    const response = await fetch(event.request)
    if (mayKeepInShell(response)) void lifetime.keep(keepAnswer(event, response.clone(), asOf))
    return response
  }

  async function fetchAndKeep(url: string): Promise<void> {
    if (await files.has(url)) return
    const asOf = clearings
    const response = await fetch(url, { signal: AbortSignal.timeout(fileLimitMs) })
    await keepFile(url, response, { asOf, isWanted: mayKeepInShell(response) })
  }

  return {
    async answer(event) {
      const lifetime = extendEvent(event)
      const asked = lifetime.keep(ask(event, lifetime))
      const timer = startTimer(patienceMs)
      const first = await Promise.race([asked, timer.passed]).catch(() => undefined)
      timer.stop()
      if (first !== undefined && first !== 'passed') return first
      const kept = await files.find(event.request).catch(() => undefined)
      const isSlow = first === 'passed'
      if (kept === undefined || !isSlow || mayAnswerSlow(event.request, kept)) return kept ?? asked
      return asked.catch(() => kept)
    },
    async keep(urls, { clientId, lifetime }) {
      pages.add(clientId)
      const wanted = [...new Set(urls.slice(0, maxFiles).map(withoutHash).filter(mayKeep))]
      const before = clearings
      const timer = startTimer(stepMs)
      try {
        for (const [at, url] of wanted.entries()) {
          // The guest's reads go first.
          const isLate = (await Promise.race([whenQuiet(), timer.passed])) === 'passed'
          if (clearings !== before) return []
          if (isLate) return wanted.slice(at)
          const kept = lifetime.keep(fetchAndKeep(url)).catch(() => undefined)
          if ((await Promise.race([kept, timer.passed])) === 'passed') return wanted.slice(at + 1)
        }
        return []
      } finally {
        timer.stop()
      }
    },
    async forget(url) {
      written.add(withoutHash(url))
      await files.remove(withoutHash(url))
    },
    clear() {
      clearings++
      return files.clear()
    },
  }
}

function withoutHash(url: string): string {
  return url.replace(/#.*$/s, '')
}
