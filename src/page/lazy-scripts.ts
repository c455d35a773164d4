import type { BlockDevice } from '../core/block-device.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { UpdateReport } from '../protocol/reports.ts'
import type { WorkerLink } from './worker-link.ts'

/** Scripts that are loaded when they are needed first: most pages do without. */
export interface LazyScripts {
  device(): Promise<{ openBlockDevice(url: string): Promise<BlockDevice> }>
  update(): Promise<{
    updateDisk(
      api: Pick<WorkerLink['api'], 'update' | 'manifest' | 'storage'>,
      url: string,
    ): Promise<UpdateReport>
  }>
}

/**
 * Loads one of them.
 *
 * @throws {DiskCacheError} `unsupported` when that fails.
 */
export async function loadScript<Module>(
  name: keyof LazyScripts,
  load: () => Promise<Module>,
): Promise<Module> {
  return load().catch((cause: unknown) => {
    throw new DiskCacheError(
      'unsupported',
      `The script of the block device or of updates could not be loaded. Copy sectorcache-${name}.js beside ` +
        "sectorcache.js, and allow it in the page's Content-Security-Policy (\"script-src 'self'\").",
      { cause },
    )
  })
}
