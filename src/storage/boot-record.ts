import type { BootProfile } from '../core/boot-profile.ts'

/** What one client read first of a disk, or what its publisher says that a boot reads. */
export interface BootRecord {
  readonly url: string
  /** Who read; {@link byHand} for what somebody recorded by hand, {@link besideDisk} for what lies beside the disk. */
  readonly clientId: string
  /** When the first read came, in milliseconds since the epoch. */
  readonly startedAt: number
  /** When the last read came that wanted something new before it came to rest. */
  readonly lastNewAt: number
  /** It came to rest: what was read much later is no part of it. */
  readonly isOver?: true
  /** Of {@link besideDisk}: the generation for which it was looked for. */
  readonly generation?: string
  /** Absent: there is none beside the disk. */
  readonly profile?: BootProfile
}

/** `clientId` of what was recorded by hand. */
export const byHand = ''

/** `clientId` of what lies beside a disk. */
export const besideDisk = 'beside'

/** `clientId` of what an archive has brought: boots in another browser. */
export const fromArchive = 'archive'
