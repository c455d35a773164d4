import type { BootProfile, ProfileRead } from '../core/boot-profile.ts'

/** Records what is read of a disk, see `Disk.recordBoot`. */
export interface BootRecorder {
  /**
   * Ends the recording, and keeps it in place of all that was recorded of the disk before.
   *
   * @throws {DiskCacheError} `unsupported` when the script that keeps it cannot be loaded; `storage-failed`.
   */
  stop(): Promise<BootProfile>
}

/** A boot profile; or the one that {@link Disk.bootProfile} resolves to. */
export type ProfileChoice = BootProfile | 'recorded'

export type { BootProfile, ProfileRead }
