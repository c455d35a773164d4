import { profileChunks } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'

/** The chunks of a boot that are not stored, by index, in the order in which it wants them. */
export async function* missingOfBoot(
  { grid, loadPages, isStored }: Pick<StoredGeneration, 'grid' | 'loadPages' | 'isStored'>,
  profile: BootProfile,
): AsyncGenerator<number> {
  for (const index of profileChunks(grid, profile)) {
    await loadPages({ first: index, end: index + 1 })
    if (!isStored(index)) yield index
  }
}
