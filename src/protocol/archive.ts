import type { ExportProgress } from '../core/export-progress.ts'
import type { ImportProgress, ImportReport } from '../core/import-report.ts'

/** What {@link ArchiveCalls.export} takes. */
export interface ExportOptions {
  /** Stops it at once. */
  readonly signal?: AbortSignal
  /** Called after every chunk. */
  readonly onProgress?: (progress: ExportProgress) => void
}

/** What {@link ArchiveCalls.import} takes. */
export interface ImportOptions {
  /** Takes an archive of a disk at another URL: the caller knows that it is the same. @default false */
  readonly fromAnyUrl?: boolean
  /** Stops it; what was stored until then stays. */
  readonly signal?: AbortSignal
  /** Called after every chunk. */
  readonly onProgress?: (progress: ImportProgress) => void
}

/** The part of a disk's API that writes and reads archives. The page does the work. */
export interface ArchiveCalls {
  /**
   * Everything that is stored of the version that new sessions read, as a tar archive with hashes (`docs/archive.md`). It is made
   * while it is read; what is missing or damaged is left out. To be saved, or piped into `import()` in another browser.
   *
   * @returns a stream that fails with a `DiskCacheError`: `no-such-disk` when nothing is stored; `unsupported` for a disk
   * with neither ETag nor date, or when the script cannot be loaded; `disk-changed` when the version is given up meanwhile;
   * `storage-failed`; `aborted`.
   */
  export(options?: ExportOptions): ReadableStream<Uint8Array<ArrayBuffer>>
  /**
   * Stores the chunks of an archive, each of which is checked. A disk of which nothing was known boots from it without a network;
   * beside another version it waits, see `activate()`. What other disks need least makes room. What was good before an error stays stored, and the error says how much
   * (`details.importedBytes`).
   *
   * @throws {DiskCacheError} `integrity-failed` for what is cut short, altered, of another disk, or no archive;
   * `disk-changed` when yet another version waits, or this one was given up meanwhile; `no-such-disk`, `quota-exceeded`,
   * `storage-failed`, `unsupported`, or `aborted`. Errors of `archive` itself as they are.
   */
  import(archive: ReadableStream<Uint8Array>, options?: ImportOptions): Promise<ImportReport>
}

export type { ExportProgress, ImportProgress, ImportReport }
