import type { ByteRange } from '../core/byte-range.ts'
import type { OriginFaults, VerifyReport } from '../protocol/api.ts'
import type { ImportReport } from '../protocol/archive.ts'
import type { BootProfile } from '../protocol/boot.ts'
import type { OfflineReport } from '../protocol/offline-report.ts'
import type { EvictionReport, UpdateReport } from '../protocol/reports.ts'

/** Something a person may order in the panel. Structured-cloneable. */
export type PanelCommand =
  | RangeCommand
  | EvictCommand
  | InvalidateCommand
  | DiskCommand
  | ImportCommand
  | VerifyCommand
  | JobCommand
  | FaultsCommand
  | { readonly type: 'persist' | 'clear' }

/** Fetches what is missing of a disk; keeps it from being evicted, or does so no more. */
export interface RangeCommand {
  readonly type: 'prefetch' | 'pin' | 'unpin'
  readonly url: string
  /** @default the whole disk */
  readonly ranges?: readonly ByteRange[]
  /** What the recorded boots read, and nothing else. */
  readonly profile?: 'recorded'
  /** Of a prefetch: higher ones go first. @default 0 */
  readonly priority?: number
}

/** Removes chunks of a disk. */
export interface EvictCommand {
  readonly type: 'evict'
  readonly url: string
  /** @default the whole disk */
  readonly ranges?: readonly ByteRange[]
}

/** Makes one version of a disk unusable, or all of them. */
export interface InvalidateCommand {
  readonly type: 'invalidate'
  readonly url: string
  /** The version; without it, all of them. */
  readonly etag?: string
}

/**
 * Asks the origin for a new version; takes that into use; lets the worker forget what it remembers; begins to record a
 * boot, or ends that; finds out whether the disk boots offline; makes an archive of what is stored.
 */
export interface DiskCommand {
  readonly type: 'update' | 'activate' | 'refresh' | 'record' | 'ready' | 'export'
  readonly url: string
}

/** Stores what an archive has. */
export interface ImportCommand {
  readonly type: 'import'
  /** @default the disk that the archive is of */
  readonly url?: string
  /** What an export has made; a `File` is one. */
  readonly archive: Blob
  /** The disk that the archive is of, if that is another one, and a person knows that both are the same. */
  readonly archivedUrl?: string
}

/** Compares what is stored with its checksums. */
export interface VerifyCommand {
  readonly type: 'verify'
  readonly url: string
  /** Whether to fetch again what is bad. */
  readonly repair: boolean
}

/** Steers a prefetch. */
export interface JobCommand {
  readonly type: 'pause' | 'resume' | 'cancel'
  readonly id: string
}

/** Lets requests to origins go wrong. */
export interface FaultsCommand {
  readonly type: 'simulate'
  readonly faults: OriginFaults
}

/** What a {@link PanelCommand} did. Structured-cloneable. */
export type PanelCommandResult =
  | { readonly type: 'evict' | 'invalidate' | 'clear'; readonly report: EvictionReport }
  | { readonly type: 'update'; readonly report: UpdateReport }
  | { readonly type: 'verify'; readonly report: VerifyReport }
  | { readonly type: 'persist'; readonly persisted: boolean }
  | { readonly type: 'ready'; readonly report: OfflineReport }
  | { readonly type: 'export'; readonly archive: Blob }
  | { readonly type: 'import'; readonly report: ImportReport }
  /** With the profile when the recording has ended. */
  | { readonly type: 'record'; readonly profile?: BootProfile }
  | {
      readonly type: RangeCommand['type'] | JobCommand['type'] | 'activate' | 'refresh' | 'simulate'
    }
