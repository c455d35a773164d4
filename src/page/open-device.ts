import type { BlockDevice } from '../core/block-device.ts'
import { isDiskCacheError } from '../core/errors.ts'
import { loadScript } from './lazy-scripts.ts'
import type { LazyScripts, ReadListeners } from './lazy-scripts.ts'
import type { WorkerLink } from './worker-link.ts'

/**
 * Opens the device of a disk.
 *
 * @throws {DiskCacheError} see `Disk.open`.
 */
export async function openDevice(
  api: Pick<WorkerLink['api'], 'status'>,
  { url, load, listeners }: { url: string; load: LazyScripts; listeners: ReadListeners },
): Promise<BlockDevice> {
  const { openHeardDevice } = await loadScript('device', load.device)
  try {
    return await openHeardDevice(url, listeners)
  } catch (error) {
    // The worker itself can say whether the URL is none of its disks.
    if (isDiskCacheError(error) && error.code === 'not-registered') await api.status(url)
    throw error
  }
}
