import { DiskCacheError } from '../core/errors.ts'
import type { Disk, DiskCache } from '../protocol/api.ts'
import type { EventFeed } from './event-feed.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import { openDevice } from './open-device.ts'
import { runPrefetch } from './run-prefetch.ts'
import { runVerify } from './run-verify.ts'
import type { WorkerLink } from './worker-link.ts'

/** Makes the page's view of the cache behind `link`. */
export function createDiskCache({
  link,
  feed,
  load,
  onClose,
}: {
  link: WorkerLink
  feed: EventFeed
  load: LazyScripts
  onClose: () => void
}): DiskCache {
  const { api } = link
  return {
    disk: (url) => createDisk(api, { url: resolve(url), load }),
    disks: () => api.disks(),
    stats: () => api.stats(),
    storage: () => api.storage(),
    persist: async () => (await navigator.storage.persisted()) || navigator.storage.persist(),
    invalidate({ prefix, ...filter }) {
      return api.invalidateMatching({
        ...filter,
        ...(prefix !== undefined && { prefix: resolve(prefix) }),
      })
    },
    clear: () => api.clear(),
    subscribe: (listener) => feed.subscribe(listener),
    evictionOrder: async () => (await loadScript('upkeep', load.upkeep)).orderEvictions(),
    setFaults: (faults) => api.setFaults(faults),
    close() {
      feed.close()
      onClose()
      link.close()
    },
  }
}

function createDisk(
  api: WorkerLink['api'],
  { url, load }: { url: string; load: LazyScripts },
): Disk {
  const upkeep = (): ReturnType<LazyScripts['upkeep']> => loadScript('upkeep', load.upkeep)
  return {
    url,
    status: () => api.status(url),
    prefetch: (options = {}) => runPrefetch(api, url, options),
    evict: ({ ranges } = {}) => api.evict(url, ranges),
    pin: ({ ranges } = {}) => api.pin(url, ranges),
    unpin: ({ ranges } = {}) => api.unpin(url, ranges),
    invalidate: ({ etag } = {}) => api.invalidate(url, etag),
    tag: (...tags) => api.tag(url, tags),
    update: async () => (await upkeep()).updateDisk(api, url),
    activate: () => api.activate(url),
    verify: (options = {}) => runVerify(api, { url, load }, options),
    // The worker knows the key, and whether this is a disk at all.
    chunks: async () => (await upkeep()).inspectDisk((await api.status(url)).url),
    refresh: () => api.refresh(url),
    open: () => openDevice(api, { url, load }),
  }
}

/** Workers have another base URL than pages, so URLs are made absolute here. */
function resolve(url: string | URL): string {
  try {
    const resolved = new URL(url, document.baseURI)
    resolved.hash = ''
    return resolved.href
  } catch (cause) {
    throw new DiskCacheError('no-such-disk', `"${url}" is no URL.`, {
      details: { url: String(url) },
      cause,
    })
  }
}
