import type { ByteRange, Disk, DiskCache, PinOptions } from '../protocol/api.ts'
import type { EventFeed } from './event-feed.ts'
import { createHeardReads } from './heard-reads.ts'
import type { HeardReads } from './heard-reads.ts'
import type { LazyJobs } from './lazy-jobs.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import { openDevice } from './open-device.ts'
import { resolveUrl } from './resolve-url.ts'
import { createArchiveCalls, createImport } from './run-archive.ts'
import { runPrefetch } from './run-prefetch.ts'
import type { WorkerLink } from './worker-link.ts'

/** Makes the page's view of the cache behind `link`. */
export function createDiskCache({
  link,
  feed,
  load,
  jobs,
  onClose,
}: {
  link: WorkerLink
  feed: EventFeed
  load: LazyScripts
  jobs: LazyJobs
  onClose: () => void
}): DiskCache {
  const { api } = link
  const heard = createHeardReads(api, { feed, load })
  return {
    disk: (url) => createDisk(api, { url: resolveUrl(url), load, heard }),
    disks: () => api.disks(),
    stats: () => api.stats(),
    storage: () => api.storage(),
    persist: () => navigator.storage.persist(),
    invalidate({ prefix, ...filter }) {
      return api.invalidateMatching({
        ...filter,
        ...(prefix !== undefined && { prefix: resolveUrl(prefix) }),
      })
    },
    clear: () => api.clear(),
    subscribe: (listener) => feed.subscribe(listener),
    jobs,
    import: createImport(api, { url: undefined, load }),
    evictionOrder: async () => (await loadScript('upkeep', load.upkeep)).orderEvictions(),
    // Told by its id from none at all: panels of other pages must see that somebody has spoken.
    setFaults: (faults) => api.setFaults(faults && { id: crypto.randomUUID(), ...faults }),
    close() {
      feed.close()
      jobs.close()
      onClose()
      link.close()
    },
  }
}

function createDisk(
  api: WorkerLink['api'],
  { url, load, heard }: { url: string; load: LazyScripts; heard: HeardReads },
): Disk {
  const offline = (): ReturnType<LazyScripts['offline']> => loadScript('offline', load.offline)

  /** What is read by a boot comes first. */
  async function rangesOf({
    ranges,
    profile,
  }: PinOptions): Promise<readonly ByteRange[] | undefined> {
    if (profile === undefined) return ranges
    return [...(await (await offline()).rangesOfProfile(api, url, profile)), ...(ranges ?? [])]
  }

  const upkeep = (): ReturnType<LazyScripts['upkeep']> => loadScript('upkeep', load.upkeep)
  return {
    url,
    status: () => api.status(url),
    async prefetch(options = {}) {
      const ranges = await rangesOf(options)
      return runPrefetch(api, url, { ...options, ...(ranges && { ranges }) })
    },
    evict: ({ ranges } = {}) => api.evict(url, ranges),
    pin: async (options = {}) => api.pin(url, await rangesOf(options)),
    unpin: async (options = {}) => api.unpin(url, await rangesOf(options)),
    invalidate: ({ etag } = {}) => api.invalidate(url, etag),
    tag: (...tags) => api.tag(url, tags),
    update: async () => (await upkeep()).updateDisk(api, url),
    activate: () => api.activate(url),
    verify: async (options = {}) =>
      (await upkeep()).verifyDisk(api, url, {
        ...options,
        prefetch: (wanted) => runPrefetch(api, url, wanted),
      }),
    open: () => openDevice(api, { url, load, listeners: heard.listeners(url) }),
    bootProfile: async () => (await (await offline()).findProfile(api, url))?.profile,
    recordBoot: () => heard.record(url),
    ready: async (profile) => (await offline()).checkReady(api, url, profile),
    ...createArchiveCalls(api, { url, load }),
    // The worker knows the key, and whether this is a disk at all.
    chunks: async () => (await upkeep()).inspectDisk((await api.status(url)).url),
    refresh: () => api.refresh(url),
  }
}
