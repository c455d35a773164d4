import type { BlockDevice } from '../core/block-device.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { VerifyProgress, VerifyReport } from '../core/verify-report.ts'
import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import type { WorkerLink } from './worker-link.ts'

/** The part of `sectorcache/device` that pages need. */
export interface DeviceModule {
  openBlockDevice(url: string): Promise<BlockDevice>
  verifyDisk(ports: {
    readonly url: string
    readonly refresh: () => Promise<void>
    readonly repair?: (ranges: readonly ByteRange[]) => Promise<{ readonly fetchedBytes: number }>
    readonly signal?: AbortSignal | undefined
    readonly onProgress?: ((progress: VerifyProgress) => void) | undefined
  }): Promise<VerifyReport>
}

/** Loads the module when it is needed for the first time: most pages need none. */
export type LoadDevice = () => Promise<DeviceModule>

/**
 * Loads the module for a disk.
 *
 * @throws {DiskCacheError} `unsupported` when it cannot be loaded.
 */
export function loadDeviceFor(url: string, loadDevice: LoadDevice): Promise<DeviceModule> {
  return loadDevice().catch((cause: unknown) => {
    throw new DiskCacheError(
      'unsupported',
      'The script of block devices and verify() could not be loaded. Copy sectorcache-device.js beside ' +
        "sectorcache.js, and allow it in the page's Content-Security-Policy (\"script-src 'self'\").",
      { details: { url }, cause },
    )
  })
}

/**
 * Opens the device of a disk.
 *
 * @throws {DiskCacheError} see `Disk.open`.
 */
export async function openDevice(
  api: Pick<WorkerLink['api'], 'status'>,
  { url, loadDevice }: { url: string; loadDevice: LoadDevice },
): Promise<BlockDevice> {
  const { openBlockDevice } = await loadDeviceFor(url, loadDevice)
  try {
    return await openBlockDevice(url)
  } catch (error) {
    // The worker itself can say whether the URL is none of its disks.
    if (isDiskCacheError(error) && error.code === 'not-registered') await api.status(url)
    throw error
  }
}
