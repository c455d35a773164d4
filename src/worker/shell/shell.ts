import { isShellRequest, mayKeepInShell } from '../../core/shell-rules.ts'
import { extendEvent } from '../lifetime.ts'
import type { Lifetime } from '../lifetime.ts'
import { startTimer } from '../start-timer.ts'
import { createShellFiles } from './shell-files.ts'

declare const self: ServiceWorkerGlobalScope

/** Keeps what pages with the script tag are made of, so that they open without a network. */
export interface Shell {
  /** Answers from the network; if that is out of reach or slow, with what was kept. */
  answer(event: FetchEvent): Promise<Response>
  /** Keeps files, of which a page was made. Those that are kept already are left as they are. */
  keep(
    urls: readonly string[],
    by: { readonly clientId: string; readonly lifetime: Lifetime },
  ): void
  /** Those of these files of the site that are not kept. */
  missing(urls: readonly string[]): Promise<string[]>
  clear(): Promise<void>
}

/** A network that has not begun to answer after so long is out of reach, if there is something to fall back on. */
const patienceMs = 3_000

/** Files that one page may ask to keep. */
const maxFiles = 500

/**
 * Makes the shell of a worker's scope.
 *
 * @param isOurs - whether a URL is a disk: it is kept elsewhere.
 */
export function createShell(isOurs: (url: URL) => boolean): Shell {
  const files = createShellFiles(self.registration.scope)
  /** Pages that have the tag. Others, from before this worker's life, are known by their URL. */
  const pages = new Set<string>()
  /** What was asked for before all was cleared is not kept after it. */
  let clearings = 0

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

  async function keepAnswer(event: FetchEvent, copy: Response): Promise<void> {
    const url = withoutHash(event.request.url)
    if (await belongsToShell(url, event)) await files.keep(url, copy)
    else await copy.body?.cancel()
  }

  /** The network's answer; its copy is kept meanwhile. */
  async function ask(event: FetchEvent, lifetime: Lifetime): Promise<Response> {
    const response = await fetch(event.request)
    if (mayKeepInShell(response)) void lifetime.keep(keepAnswer(event, response.clone()))
    return response
  }

  async function fetchAndKeep(url: string): Promise<void> {
    if (await files.has(url)) return
    const before = clearings
    const response = await fetch(url)
    if (mayKeepInShell(response) && clearings === before) await files.keep(url, response)
    else await response.body?.cancel()
  }

  async function keepAll(urls: Iterable<string>): Promise<void> {
    const before = clearings
    for (const url of urls) {
      if (clearings === before) await fetchAndKeep(url).catch(() => undefined)
    }
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
      return kept ?? asked
    },
    keep(urls, { clientId, lifetime }) {
      pages.add(clientId)
      const wanted = new Set(urls.slice(0, maxFiles).map(withoutHash).filter(mayKeep))
      void lifetime.keep(keepAll(wanted))
    },
    async missing(urls) {
      const missing: string[] = []
      for (const url of new Set(urls.map(withoutHash).filter(mayKeep))) {
        if (!(await files.has(url))) missing.push(url)
      }
      return missing
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
