import { profileChunks } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import { countChunks, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'

/**
 * The chunks that a boot needs: ascending runs that do not touch. Without a profile, all there are; one that wants nothing of this
 * disk, as it was another one that booted, is none.
 */
export function neededRuns(grid: ChunkGrid, profile: BootProfile | undefined): ChunkRun[] {
  const end = countChunks(grid)
  const wanted = profile === undefined ? [] : [...profileChunks(grid, profile)]
  if (wanted.length > 0) return joinRuns(wanted.sort((a, b) => a - b))
  return end === 0 ? [] : [{ first: 0, end }]
}
