import type { ByteRange } from '../core/byte-range.ts'
import type { DiskCache } from '../protocol/api.ts'
import { describeError } from './panel-notice.ts'
import type { PrefetchJob } from './prefetch-job.ts'

/** Prefetches that can be paused: a paused one is stopped, and goes on where it was because what is stored stays. */
export interface PageJobs {
  list(): readonly PrefetchJob[]
  add(url: string, options: { readonly ranges?: readonly ByteRange[] }): void
  pause(id: string): void
  resume(id: string): void
  cancel(id: string): void
}

interface Entry {
  job: PrefetchJob
  readonly ranges: readonly ByteRange[] | undefined
  stop?: AbortController
}

/**
 * Runs prefetches in this page.
 *
 * @param onChange - called whenever one has come further.
 */
export function createPageJobs(cache: DiskCache, onChange: () => void): PageJobs {
  const entries = new Map<string, Entry>()

  function change(entry: Entry, fields: Partial<PrefetchJob>): void {
    entry.job = { ...entry.job, ...fields }
    onChange()
  }

  async function run(entry: Entry): Promise<void> {
    const { ranges, job } = entry
    const { signal } = (entry.stop = new AbortController())
    change(entry, { state: 'running' })
    try {
      await cache.disk(job.url).prefetch({
        signal,
        ...(ranges && { ranges }),
        onProgress: (progress) => change(entry, progress),
      })
      entries.delete(job.id)
      onChange()
    } catch (error) {
      if (signal.aborted) return
      change(entry, { state: 'failed', error: describeError(error) })
    }
  }

  function stop(id: string): Entry | undefined {
    const entry = entries.get(id)
    entry?.stop?.abort()
    return entry
  }

  return {
    list: () => Array.from(entries.values(), ({ job }) => job),
    add(url, { ranges }) {
      const id = crypto.randomUUID()
      const job = { id, url, state: 'queued', fetchedBytes: 0, bytesPerSecond: 0 } as const
      const entry = { job, ranges }
      entries.set(id, entry)
      void run(entry)
    },
    pause(id) {
      const entry = stop(id)
      if (entry) change(entry, { state: 'paused', bytesPerSecond: 0 })
    },
    resume(id) {
      const entry = stop(id)
      if (entry) void run(entry)
    },
    cancel(id) {
      stop(id)
      entries.delete(id)
      onChange()
    },
  }
}
