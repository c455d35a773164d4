import { hasBit } from '../core/bitmap.ts'
import { chunksTouching, countChunks } from '../core/chunk-grid.ts'
import type { ChunkGrid, ChunkRun } from '../core/chunk-grid.ts'
import { isInRuns } from '../core/chunk-runs.ts'
import type { ChunkPage, DiskChunks } from '../protocol/api.ts'
import type { DiskStatus } from '../protocol/reports.ts'
import type { DiskActivity } from './disk-activity.ts'

/** The chunks of the version that new sessions read, as the map shows them. */
export interface MapModel {
  readonly grid: ChunkGrid
  readonly count: number
  readonly stored: readonly ChunkRun[]
  readonly pinned: readonly ChunkRun[]
  readonly arriving: ReadonlySet<number>
  readonly damaged: ReadonlySet<number>
  readonly heat: ReadonlyMap<number, number>
  /** What the catalog has on a chunk. */
  pageOf(index: number): ChunkPage | undefined
}

/** What a chunk is. */
export interface ChunkState {
  readonly kind: 'missing' | 'arriving' | 'damaged' | 'stored' | 'zero'
  readonly isPinned: boolean
  /** How often it was read, from 0 to 4, each step four times as often. */
  readonly heat: number
}

/** Makes the model of a disk of which some version is known. */
export function mapModelOf(
  disk: DiskStatus,
  activity: DiskActivity,
  chunks: DiskChunks | undefined,
): MapModel {
  const { grid } = activity
  const pages = chunks?.generations.find(({ state }) => state === 'active')?.pages
  const byFirst = new Map(pages?.map((page) => [page.first, page]))
  return {
    grid,
    count: countChunks(grid),
    stored: runsOf(grid, disk.coverage),
    pinned: runsOf(grid, disk.pins),
    arriving: activity.arriving(performance.now()),
    damaged: activity.damaged,
    heat: activity.heat,
    pageOf: (index) => byFirst.get(index - (index % 1024)),
  }
}

/** Of one status, once: a disk may be in a hundred thousand pieces, and is painted in every frame. */
const runsOfRanges = new WeakMap<DiskStatus['coverage'], ChunkRun[]>()

/** A chunk of which two ranges have a part is in two runs: both end and begin in order all the same. */
function runsOf(grid: ChunkGrid, ranges: DiskStatus['coverage']): ChunkRun[] {
  const runs = runsOfRanges.get(ranges) ?? ranges.map((range) => chunksTouching(grid, range))
  runsOfRanges.set(ranges, runs)
  return runs
}

/** What chunk `index` is. */
export function chunkStateOf(model: MapModel, index: number): ChunkState {
  const isStored = isInRuns(model.stored, index)
  const page = model.pageOf(index)
  const isZero = page !== undefined && hasBit(page.zero, index % 1024)
  const reads = model.heat.get(index) ?? 0
  return {
    kind: isStored
      ? isZero
        ? 'zero'
        : 'stored'
      : model.arriving.has(index)
        ? 'arriving'
        : model.damaged.has(index)
          ? 'damaged'
          : 'missing',
    isPinned: isInRuns(model.pinned, index),
    heat: reads === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log2(reads) / 2)),
  }
}

/**
 * How full each column of a bar is, from 0 to 1: a bar costs the same for ten chunks and for a hundred thousand.
 *
 * @param runs - ascending, not overlapping.
 * @param count - chunks of the whole disk, at least 1.
 */
export function columnShares(
  runs: Iterable<ChunkRun>,
  count: number,
  columns: number,
): Float64Array {
  const shares = new Float64Array(columns)
  const perColumn = count / columns
  for (const { first, end } of runs) {
    const last = Math.min(columns - 1, Math.ceil(end / perColumn) - 1)
    for (let column = Math.floor(first / perColumn); column <= last; column++) {
      const from = Math.max(first, column * perColumn)
      const to = Math.min(end, (column + 1) * perColumn)
      shares[column] = (shares[column] ?? 0) + Math.max(0, to - from) / perColumn
    }
  }
  return shares
}

/** The chunks of a set, as runs of one each. */
export function* singleRuns(indices: Iterable<number>): Generator<ChunkRun> {
  for (const index of indices) yield { first: index, end: index + 1 }
}
