import { createDiskMatcher } from '../core/disk-patterns.ts'
import { isShellRequest, mayKeepInShell, shellCacheName } from '../core/shell-rules.ts'
import type { ShellReport } from '../protocol/offline-report.ts'
import type { WorkerHello } from '../protocol/worker-api.ts'

/** The calls of the worker that tell of pages. */
export interface ShellApi {
  hello(): Promise<WorkerHello>
  keepPage(urls: readonly string[]): Promise<readonly string[]>
}

/** What is being written while it is looked for is there soon. */
const looks = { most: 20, pauseMs: 150 }

/** Whether this page, and what it has loaded, is kept. Lets the worker keep what is not yet. */
export async function checkShell(api: ShellApi): Promise<ShellReport> {
  const { keepsPages, disks } = await api.hello()
  if (keepsPages !== true) return { state: 'unknown', missing: [] }
  const { scope } = await navigator.serviceWorker.ready
  const files = await caches.open(shellCacheName(scope))
  const matcher = createDiskMatcher(disks, location.href)
  let missing = await unkept(
    files,
    pageFiles((url) => matcher.matches(new URL(url))),
  )
  for (let look = 1; missing.length > 0 && look < looks.most; look++) {
    await api.keepPage(missing)
    missing = await unkept(files, missing)
    if (missing.length > 0) await new Promise((resolve) => setTimeout(resolve, looks.pauseMs))
    missing = await onlyKeepable(missing)
  }
  return { state: missing.length > 0 ? 'missing' : 'stored', missing }
}

/** This page, and the files of its site that it has loaded. */
function pageFiles(isDisk: (url: string) => boolean): string[] {
  const loaded = performance.getEntriesByType('resource').filter(wasLoaded)
  const urls = [location.href, ...loaded.map(({ name }) => name)].map((url) =>
    url.replace(/#.*$/s, ''),
  )
  return [...new Set(urls)].filter((url) => {
    const request = { url, method: 'GET', cache: 'default', headers: new Headers() }
    return isShellRequest(request, location.origin) && !isDisk(url)
  })
}

function wasLoaded(entry: PerformanceEntry): boolean {
  const { responseStatus = 200 } = entry as PerformanceResourceTiming
  return responseStatus === 200 || responseStatus === 0
}

async function unkept(files: Cache, urls: readonly string[]): Promise<string[]> {
  const page = location.href.replace(/#.*$/s, '')
  const isKept = await Promise.all(
    urls.map((url) => files.match(url, { ignoreVary: true, ignoreSearch: url === page })),
  )
  return urls.filter((_, at) => isKept[at] === undefined)
}

/** Without those of which the site says that they may not be kept. What cannot be asked for is missing. */
async function onlyKeepable(urls: readonly string[]): Promise<string[]> {
  const may = await Promise.all(
    urls.map((url) =>
      fetch(url, { method: 'HEAD' }).then(
        (response) => mayKeepInShell(response),
        () => true,
      ),
    ),
  )
  return urls.filter((_, at) => may[at])
}
