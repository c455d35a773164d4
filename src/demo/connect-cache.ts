import { connectDiskCache } from '../page/index.ts'
import { registerWorker } from '../page/register-worker.ts'
import type { DiskCache } from '../protocol/api.ts'

/**
 * Registers the demo's worker and connects to it.
 *
 * @param baseUrl - the page's folder, which is the worker's scope.
 * @throws {DiskCacheError} when the cache cannot run here, with what to do about it.
 */
export async function connectCache(baseUrl: string): Promise<DiskCache> {
  // Vite serves modules one by one while developing; the build makes one classic script of the worker.
  const worker = import.meta.env.DEV ? 'src/demo/worker/sw.ts' : 'sw.js'
  const registration = await registerWorker(new URL(worker, baseUrl), {
    scope: new URL('./', baseUrl).pathname,
    type: import.meta.env.DEV ? 'module' : 'classic',
  })
  return connectDiskCache({ registration })
}
