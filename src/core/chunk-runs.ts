import { byteLengthOf, coalesceRanges } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'
import { chunksTouching, runBytes } from './chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from './chunk-grid.ts'

/** The chunks that hold any byte of `ranges`: runs, ascending, that do not touch. */
export function runsTouching(grid: ChunkGrid, ranges: readonly ByteRange[]): ChunkRun[] {
  const runs = ranges.map((range) => chunksTouching(grid, range))
  const joined = coalesceRanges(runs.map(({ first, end }) => ({ start: first, end })))
  return joined
    .filter(({ start, end }) => start < end)
    .map(({ start, end }) => ({ first: start, end }))
    .sort((a, b) => a.first - b.first)
}

/** Whether chunk `index` is in one of `runs`, of which neither start nor end comes before that of the one before. */
export function isInRuns(runs: readonly ChunkRun[], index: number): boolean {
  let [low, high] = [0, runs.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const run = runs[middle]
    if (run === undefined || index < run.first) high = middle
    else if (index >= run.end) low = middle + 1
    else return true
  }
  return false
}

/** Bytes of the chunks of `runs`, which do not overlap. */
export function bytesOfRuns(grid: ChunkGrid, runs: readonly ChunkRun[]): number {
  return runs.reduce((sum, run) => sum + byteLengthOf(runBytes(grid, run)), 0)
}
