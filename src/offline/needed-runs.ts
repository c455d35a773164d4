import { profileChunks } from '../core/boot-profile.ts'
import type { BootProfile } from '../core/boot-profile.ts'
import { countChunks, joinRuns } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'

/** The chunks that a boot needs: ascending runs that do not touch. Without a profile, all there are. */
export function neededRuns(grid: ChunkGrid, profile: BootProfile | undefined): ChunkRun[] {
  const end = countChunks(grid)
  if (profile === undefined) return end === 0 ? [] : [{ first: 0, end }]
  return joinRuns([...profileChunks(grid, profile)].sort((a, b) => a - b))
}
