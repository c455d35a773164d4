import type { DiskCache, VerifyOptions } from '../../src/protocol/api.ts'
import { bootProfileSchema } from '../../src/core/boot-profile.ts'
import { DiskCacheError } from '../../src/core/errors.ts'

/** A cache that notes what it was told. Prefetches wait until their signal fires. */
export interface FakeCache extends DiskCache {
  readonly calls: unknown[][]
}

/** Makes a {@link FakeCache}. */
export function createFakeCache(): FakeCache {
  const calls: unknown[][] = []
  const removal = { generations: 1, chunks: 12, bytes: 12 * 2 ** 20 }
  const note = <T>(value: T, ...call: unknown[]): Promise<T> => {
    calls.push(call)
    return Promise.resolve(value)
  }
  return {
    calls,
    disk: (url) => ({
      url: String(url),
      status: () => Promise.reject(new DiskCacheError('no-such-disk', 'not in this fake')),
      prefetch: () => Promise.reject(new DiskCacheError('no-such-disk', 'not in this fake')),
      evict: ({ ranges } = {}) => note(removal, 'evict', url, ranges),
      invalidate: ({ etag } = {}) => note(removal, 'invalidate', url, etag),
      pin: ({ ranges } = {}) => note(undefined, 'pin', url, ranges),
      unpin: ({ ranges } = {}) => note(undefined, 'unpin', url, ranges),
      tag: () => note(undefined, 'tag', url),
      update: () => Promise.reject(new DiskCacheError('no-such-disk', 'not in this fake')),
      activate: () => note(undefined, 'activate', url),
      export: () => new ReadableStream(),
      import: () => Promise.reject(new DiskCacheError('no-such-disk', 'not in this fake')),
      verify: (options = {}) => verifyUntilAborted(String(url), options),
      chunks: () => Promise.resolve({ url: String(url), generations: [] }),
      refresh: () => note(undefined, 'refresh', url),
      ready: () => Promise.reject(new DiskCacheError('no-such-disk', 'not in this fake')),
      bootProfile: () => Promise.resolve(undefined),
      recordBoot: () => ({
        stop: () =>
          Promise.resolve({ schema: bootProfileSchema, sizeBytes: 512, boots: 1, reads: [] }),
      }),
      open: () => Promise.reject(new DiskCacheError('no-such-disk', 'not in this fake')),
    }),
    disks: () => Promise.resolve([]),
    stats: () =>
      Promise.resolve({
        requests: { hit: 0, partial: 0, miss: 0, bypass: 0, error: 0 },
        bytes: { fromCache: 0, fromOrigin: 0, fetched: 0 },
        readahead: { fetched: 0, unused: 0 },
        originRequests: 0,
        hitRate: { requests: 0, bytes: 0 },
        latency: {},
      }),
    storage: () =>
      Promise.resolve({
        usage: 0,
        quota: 0,
        budget: 0,
        persisted: false,
        backend: 'idb',
        disks: [],
      }),
    persist: () => note(true, 'persist'),
    import: () => Promise.reject(new DiskCacheError('no-such-disk', 'not in this fake')),
    evictionOrder: () => Promise.resolve([]),
    setFaults: (faults) => note(faults ?? {}, 'setFaults', faults),
    invalidate: (filter) => note(removal, 'invalidate', filter),
    clear: () => note(removal, 'clear'),
    subscribe: () => () => {},
    jobs: {
      async add(target, options) {
        calls.push(['add', target, options])
        return {
          id: 'one',
          url: String(target),
          key: String(target),
          state: 'queued',
          priority: 0,
          fetchedBytes: 0,
          bytesPerSecond: 0,
          createdAt: 0,
        }
      },
      list: () => Promise.resolve([]),
      pause: (id) => note(undefined, 'pause', id),
      resume: (id) => note(undefined, 'resume', id),
      cancel: (id) => note(undefined, 'cancel', id),
      subscribe: () => () => {},
    },
    close: () => {},
  }
}

function verifyUntilAborted(url: string, options: VerifyOptions): Promise<never> {
  options.onProgress?.({
    url,
    totalBytes: 100,
    checkedBytes: 40,
    damagedBytes: 0,
    missingBytes: 0,
    bytesPerSecond: 10,
  })
  return new Promise((_, reject) => {
    options.signal?.addEventListener('abort', () => {
      reject(new DiskCacheError('aborted', 'The verification was stopped.'))
    })
  })
}
