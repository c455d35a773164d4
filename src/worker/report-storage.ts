import type { StorageReport } from '../protocol/reports.ts'
import type { WorkerContext } from './worker-context.ts'

/** Tells how full the storage is. @throws {DiskCacheError} `storage-failed` */
export async function reportStorage({
  store,
  space,
  options,
}: Pick<WorkerContext, 'store' | 'space' | 'options'>): Promise<StorageReport> {
  const [estimate, persisted, { budget, byDisk }, backend, resetAt] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
    space.measure(),
    store.backendFor(options.store),
    store.settings.resetAt(),
  ])
  return {
    usage: estimate.usage ?? 0,
    quota: estimate.quota ?? 0,
    budget,
    persisted,
    backend,
    ...(resetAt !== undefined && { resetAt }),
    disks: Array.from(byDisk, ([url, bytes]) => ({ url, bytes })),
  }
}
