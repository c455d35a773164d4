import type { BlockDevice } from '../core/block-device.ts'
import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import type { UpdateReport } from '../protocol/reports.ts'
import type { WorkerLink } from './worker-link.ts'

/** The part of `sectorcache/device` that pages need. */
export interface DeviceModule {
  openBlockDevice(url: string): Promise<BlockDevice>
  updateDisk(
    api: Pick<WorkerLink['api'], 'update' | 'manifest' | 'storage'>,
    url: string,
  ): Promise<UpdateReport>
}

/** Loads the module when it is needed first: most pages do without. */
export type LoadDevice = () => Promise<DeviceModule>

/**
 * Opens the device of a disk.
 *
 * @throws {DiskCacheError} see `Disk.open`.
 */
export async function openDevice(
  api: Pick<WorkerLink['api'], 'status'>,
  { url, loadDevice }: { url: string; loadDevice: LoadDevice },
): Promise<BlockDevice> {
  const { openBlockDevice } = await loadOrExplain(url, loadDevice)
  try {
    return await openBlockDevice(url)
  } catch (error) {
    // The worker itself can say whether the URL is none of its disks.
    if (isDiskCacheError(error) && error.code === 'not-registered') await api.status(url)
    throw error
  }
}

/**
 * Loads the module of block devices and updates.
 *
 * @throws {DiskCacheError} `unsupported` when that fails.
 */
export async function loadOrExplain(url: string, loadDevice: LoadDevice): Promise<DeviceModule> {
  return loadDevice().catch((cause: unknown) => {
    throw new DiskCacheError(
      'unsupported',
      'The script of the block device could not be loaded. Copy sectorcache-device.js beside sectorcache.js, and ' +
        "allow it in the page's Content-Security-Policy (\"script-src 'self'\").",
      { details: { url }, cause },
    )
  })
}
