import type { BlockDevice } from '../core/block-device.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { DiskChunks } from '../core/disk-chunks.ts'
import { DiskCacheError } from '../core/errors.ts'
import type { VerifyReport } from '../core/verify-report.ts'
import type { PrefetchOptions, VerifyOptions } from '../protocol/api.ts'
import type { ExportOptions, ImportOptions, ImportReport } from '../protocol/archive.ts'
import type { BootProfile, ProfileChoice } from '../protocol/boot.ts'
import type { OfflineReport } from '../protocol/offline-report.ts'
import type { PrefetchJobs } from '../protocol/prefetch-jobs.ts'
import type { RankedChunk } from '../core/rank-chunks.ts'
import type { PrefetchReport, UpdateReport } from '../protocol/reports.ts'
import type { WorkerLink } from './worker-link.ts'

/** A read that this page heard of. */
export interface HeardRead extends ByteRange {
  readonly url: string
  /** By `performance.now()`. */
  readonly atMs: number
}

/** Who hears of what is read of a device. */
export interface ReadListeners {
  /** Every read that succeeded. */
  onRead(range: ByteRange): void
  /** Reads of which the worker has to be told, in batches. */
  onUnheard(ranges: readonly ByteRange[]): void
}

type BootApi = Pick<WorkerLink['api'], 'status' | 'bootFile' | 'noteReads'>

type ArchiveApi = Pick<WorkerLink['api'], 'status' | 'storage' | 'refresh' | 'makeRoom'>

/** Scripts that are loaded when they are needed first: most pages do without. */
export interface LazyScripts {
  device(): Promise<{
    openHeardDevice(url: string, listeners: ReadListeners): Promise<BlockDevice>
  }>
  upkeep(): Promise<{
    inspectDisk(url: string): Promise<DiskChunks>
    orderEvictions(): Promise<RankedChunk[]>
    updateDisk(
      api: Pick<WorkerLink['api'], 'update' | 'manifest' | 'storage'>,
      url: string,
    ): Promise<UpdateReport>
    verifyDisk(
      api: Pick<WorkerLink['api'], 'status' | 'refresh'>,
      url: string,
      work: VerifyOptions & {
        prefetch(
          options: PrefetchOptions & { readonly generation: string },
        ): Promise<PrefetchReport>
      },
    ): Promise<VerifyReport>
  }>
  archive(): Promise<{
    exportDisk(
      api: ArchiveApi,
      url: string,
      options: Pick<ExportOptions, 'onProgress'>,
    ): ReadableStream<Uint8Array<ArrayBuffer>>
    importDisk(
      api: ArchiveApi,
      url: string | undefined,
      options: ImportOptions & { readonly archive: ReadableStream<Uint8Array> },
    ): Promise<ImportReport>
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
    keepRecording(
      api: BootApi,
      url: string,
      recording: { readonly heard: readonly HeardRead[]; end(): void },
    ): Promise<BootProfile>
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
      `sectorcache-${name}.js could not be loaded. Copy it beside sectorcache.js; a Content-Security-Policy of the page has to ` +
        'allow it.',
      { cause },
    )
  })
}
