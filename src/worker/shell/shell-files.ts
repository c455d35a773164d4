import { isSameShellFile, shellCacheName, shellLimits } from '../../core/shell-rules.ts'
import type { ShellLimits } from '../../core/shell-rules.ts'
import { readUpTo } from '../read-up-to.ts'

/** Files of pages, kept whole in the Cache API. */
export interface ShellFiles {
  /** Whether a file is kept, or is just being written. */
  has(url: string): Promise<boolean>
  /** A kept file. A page is found without its query too: offline, one that was opened with another is better than none. */
  find(request: Request): Promise<Response | undefined>
  /**
   * Keeps a response, unless the same is kept. When there is no room, those that were kept first give way.
   *
   * @param isWanted - asked once its body is here: whether it is to be kept still. @default true
   */
  keep(url: string, response: Response, isWanted?: () => boolean): Promise<void>
  /** Forgets a file. */
  remove(url: string): Promise<void>
  clear(): Promise<void>
}

/** Tells the length of a kept file, whose own `Content-Length` may be that of its compressed form. */
const bytesField = 'x-sectorcache-bytes'

/** Makes the files of a worker's scope. Nothing is opened before it is needed. */
export function createShellFiles(
  scope: string,
  { budgetBytes, maxFileBytes }: ShellLimits = shellLimits,
): ShellFiles {
  const name = shellCacheName(scope)
  /** Bytes of each kept file, those that were kept first at the beginning. */
  let known: Promise<Map<string, number>> | undefined
  const writing = new Set<string>()

  const open = (): Promise<Cache> => caches.open(name)

  async function readSizes(): Promise<Map<string, number>> {
    const cache = await open()
    const read = new Map<string, number>()
    for (const request of await cache.keys()) {
      const kept = await cache.match(request, { ignoreVary: true })
      if (kept !== undefined) read.set(request.url, Number(kept.headers.get(bytesField) ?? 0))
    }
    return read
  }

  function sizes(): Promise<Map<string, number>> {
    known ??= readSizes().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }

  async function makeRoom(cache: Cache, bytes: number): Promise<void> {
    const files = await sizes()
    let total = bytes
    for (const size of files.values()) total += size
    for (const [url, size] of files) {
      if (total <= budgetBytes) return
      await cache.delete(url, { ignoreVary: true })
      files.delete(url)
      total -= size
    }
  }

  async function write(url: string, response: Response, isWanted: () => boolean): Promise<void> {
    const cache = await open()
    const kept = await cache.match(url, { ignoreVary: true })
    if (kept !== undefined && isSameShellFile(kept.headers, response.headers)) {
      await response.body?.cancel()
      return
    }
    const body = await readUpTo(response, maxFileBytes)
    if (body === undefined) return
    const files = await sizes()
    files.delete(url)
    await makeRoom(cache, body.size)
    if (!isWanted()) return
    const headers = new Headers(response.headers)
    // The body is decoded.
    headers.delete('content-encoding')
    headers.delete('content-length')
    headers.set(bytesField, String(body.size))
    // One that was redirected could not answer a navigation.
    await cache.put(url, new Response(body, { headers }))
    files.set(url, body.size)
  }

  return {
    has: async (url) => writing.has(url) || (await sizes()).has(url),
    async find(request) {
      const cache = await open()
      const kept = await cache.match(request.url, { ignoreVary: true })
      if (kept !== undefined || request.mode !== 'navigate') return kept
      return cache.match(request.url, { ignoreVary: true, ignoreSearch: true })
    },
    async keep(url, response, isWanted = () => true) {
      writing.add(url)
      try {
        await write(url, response, isWanted)
      } finally {
        writing.delete(url)
      }
    },
    async remove(url) {
      const files = await sizes()
      if (files.delete(url)) await (await open()).delete(url, { ignoreVary: true })
    },
    async clear() {
      known = undefined
      await caches.delete(name)
    },
  }
}
