import type { BlockDevice } from '../core/block-device.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { DiskChunks } from '../core/disk-chunks.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { RankedChunk } from '../core/rank-chunks.ts'
import type { VerifyProgress, VerifyReport } from '../core/verify-report.ts'
import type { BootProfile, ProfileChoice } from '../protocol/boot.ts'
import type { OfflineReport } from '../protocol/offline-report.ts'
import type { PrefetchJobs } from '../protocol/prefetch-jobs.ts'
import type { UpdateReport } from '../protocol/reports.ts'
import type { WorkerLink } from './worker-link.ts'

/** A read that this page heard of. */
export interface HeardRead extends ByteRange {
  readonly url: string
  /** By `performance.now()`. */
  readonly atMs: number
}

type BootApi = Pick<WorkerLink['api'], 'status' | 'bootFile' | 'noteReads'>

/** Scripts that are loaded when they are needed first: most pages do without. */
export interface LazyScripts {
  device(): Promise<{ openBlockDevice(url: string): Promise<BlockDevice> }>
  upkeep(): Promise<{
    inspectDisk(url: string): Promise<DiskChunks>
    orderEvictions(): Promise<RankedChunk[]>
    updateDisk(
      api: Pick<WorkerLink['api'], 'update' | 'manifest' | 'storage'>,
      url: string,
    ): Promise<UpdateReport>
    verifyDisk(ports: {
      readonly url: string
      readonly refresh: () => Promise<void>
      readonly repair?: (
        ranges: readonly ByteRange[],
        generation: string,
      ) => Promise<{ readonly fetchedBytes: number }>
      readonly signal?: AbortSignal | undefined
      readonly onProgress?: ((progress: VerifyProgress) => void) | undefined
    }): Promise<VerifyReport>
  }>
  offline(): Promise<{
    findProfile(api: BootApi, url: string): Promise<{ readonly profile: BootProfile } | undefined>
    rangesOfProfile(api: BootApi, url: string, choice: ProfileChoice): Promise<ByteRange[]>
    checkReady(
      api: BootApi & Pick<WorkerLink['api'], 'hello' | 'keepPage' | 'refresh'>,
      url: string,
      choice: ProfileChoice | undefined,
    ): Promise<OfflineReport>
    openJobs(ports: {
      readonly api: BootApi & Pick<WorkerLink['api'], 'prefetchStep'>
      readonly scope: string
      readonly resolve: (url: string | URL) => string
    }): PrefetchJobs & { close(): void }
    keepRecording(api: BootApi, url: string, heard: readonly HeardRead[]): Promise<BootProfile>
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
      `A script that is loaded when it is needed could not be. Copy sectorcache-${name}.js beside ` +
        "sectorcache.js, and allow it in the page's Content-Security-Policy (\"script-src 'self'\").",
      { cause },
    )
  })
}
