import type { BlockDevice } from '../core/block-device.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { ImportPorts, ImportReport } from '../core/import-report.ts'
import type { VerifyPorts, VerifyReport } from '../core/verify-report.ts'
import type { UpdateReport } from '../protocol/reports.ts'
import type { WorkerLink } from './worker-link.ts'

/** Scripts that are loaded when they are needed first: most pages do without. */
export interface LazyScripts {
  device(): Promise<{ openBlockDevice(url: string): Promise<BlockDevice> }>
  upkeep(): Promise<{
    updateDisk(
      api: Pick<WorkerLink['api'], 'update' | 'manifest' | 'storage'>,
      url: string,
    ): Promise<UpdateReport>
    verifyDisk(ports: VerifyPorts): Promise<VerifyReport>
  }>
  archive(): Promise<{
    exportDisk(key: string): ReadableStream<Uint8Array<ArrayBuffer>>
    importDisk(archive: ReadableStream<Uint8Array>, ports: ImportPorts): Promise<ImportReport>
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
      `The script of block devices, of update() and verify(), or of archives could not be loaded. Copy sectorcache-${name}.js beside ` +
        "sectorcache.js, and allow it in the page's Content-Security-Policy (\"script-src 'self'\").",
      { cause },
    )
  })
}
