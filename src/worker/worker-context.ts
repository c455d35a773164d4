import type { LinkEstimate } from '../core/link-estimate.ts'
import type { ResolvedOptions } from '../core/options.ts'
import type { ChunkSource } from '../origin/chunk-source.ts'
import type { OriginGate } from '../origin/origin-gate.ts'
import type { DiskStore } from '../storage/disk-store.ts'
import type { BootNotes } from './boot-notes.ts'
import type { EventLog } from './event-log.ts'
import type { SpaceGuard } from './space-guard.ts'

/** What the parts of the worker share. */
export interface WorkerContext {
  /** In force now; a page may have changed them since the last read. */
  readonly options: ResolvedOptions
  /** Whether no code but ours runs in this worker: then answers go to `respondWith()` as they were made. */
  readonly isAlone: boolean
  readonly store: DiskStore
  readonly source: ChunkSource
  readonly gate: OriginGate
  /** What is known of the way to the origin of this URL. */
  readonly linkTo: (url: string) => LinkEstimate
  readonly log: EventLog
  readonly bootNotes: BootNotes
  readonly space: SpaceGuard
  /** Tells the other workers of this site that something of a disk was given up. */
  readonly announceChange: (url: string) => void
  /** Tells them that a client has written to a disk. */
  readonly announceWrite: (url: string) => void
  /** The catalog may have changed behind this worker's back: what it remembers of a disk is looked up anew. */
  readonly forget: (url: string) => void
}
