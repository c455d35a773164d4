import type { VerifyOptions } from '../protocol/api.ts'
import type { VerifyReport } from '../core/verify-report.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts } from './lazy-scripts.ts'
import { runPrefetch } from './run-prefetch.ts'
import type { WorkerLink } from './worker-link.ts'

/**
 * Verifies a disk, in this page: the worker could be stopped in the middle of it.
 *
 * @throws {DiskCacheError} see `Disk.verify`.
 */
export async function runVerify(
  api: WorkerLink['api'],
  { url, load }: { url: string; load: LazyScripts },
  { repair = false, signal, onProgress }: VerifyOptions,
): Promise<VerifyReport> {
  // The worker knows the key, and whether this is a disk at all.
  const [{ url: key }, { verifyDisk }] = await Promise.all([
    api.status(url),
    loadScript('upkeep', load.upkeep),
  ])
  return verifyDisk({
    url: key,
    signal,
    onProgress,
    refresh: () => api.refresh(url),
    ...(repair && {
      repair: (ranges, generation) =>
        runPrefetch(api, url, { ranges, generation, ...(signal && { signal }) }),
    }),
  })
}
