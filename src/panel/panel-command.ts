import type { EvictionReport, PrefetchReport } from '../protocol/reports.ts'

/** Something a person may order in the panel. Structured-cloneable. */
export type PanelCommand = PrefetchCommand | PersistCommand | RemovalCommand

/** A command that takes something away; the panel asks before it. */
export type RemovalCommand = EvictCommand | InvalidateCommand | ClearCommand

/** Fetches what is missing of a disk. */
export interface PrefetchCommand {
  readonly type: 'prefetch'
  readonly url: string
}

/** Removes all chunks of a disk. */
export interface EvictCommand {
  readonly type: 'evict'
  readonly url: string
}

/** Makes one version of a disk unusable, or all of them. */
export interface InvalidateCommand {
  readonly type: 'invalidate'
  readonly url: string
  /** The version; without it, all of them. */
  readonly etag?: string
}

/** Forgets all disks, tags and figures. */
export interface ClearCommand {
  readonly type: 'clear'
}

/** Asks the browser never to clear the storage by itself. */
export interface PersistCommand {
  readonly type: 'persist'
}

/** What a {@link PanelCommand} did. Structured-cloneable. */
export type PanelCommandResult =
  | { readonly type: 'prefetch'; readonly report: PrefetchReport }
  | { readonly type: 'evict' | 'invalidate' | 'clear'; readonly report: EvictionReport }
  | { readonly type: 'persist'; readonly persisted: boolean }
