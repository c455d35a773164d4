import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { ChunkGrid } from '../core/chunk-grid.ts'

/** What is read from the store at once where several pieces of it are wanted; also the longest kept in one go. */
const windowBytes = 1024 * 1024

/** Larger reads neither need the memory nor are worth what they would displace there. */
const largeBytes = 256 * 1024

/** What memory holds at a time: large enough that its reading costs no more than its way, small enough to be dropped. */
export const maxBlockBytes: number = 64 * 1024

/** Something to load. */
export interface Load {
  readonly range: ByteRange
  /** Those of the wanted parts that it brings. */
  readonly parts: readonly ByteRange[]
  /** The chunk that has all of it; `undefined` for what is not stored, as far as is known. */
  readonly chunk: number | undefined
  /** Whether to remember it. */
  readonly isKept: boolean
}

/** What {@link planLoads} decides by. */
export interface LoadFacts {
  readonly grid: ChunkGrid
  /** Divides the chunk size. */
  readonly blockSize: number
  readonly isStored: (chunk: number) => boolean
  /** Whether a stored chunk is read whole anyway. */
  readonly readsWhole: (chunk: number) => boolean
  /** Whether memory has a block. */
  readonly isHeld: (block: number) => boolean
  /** Whether a piece of this block was fetched lately, without keeping it. */
  readonly wasFetched: (block: number) => boolean
}

/** The bytes of `range` by block, ascending: each part lies in one block. */
export function* partsOf(range: ByteRange, blockSize: number): Generator<ByteRange> {
  for (let start = range.start; start < range.end;) {
    const end = Math.min((Math.floor(start / blockSize) + 1) * blockSize, range.end)
    yield { start, end }
    start = end
  }
}

/**
 * Decides what to load for parts that are in no memory.
 *
 * From the store it is whole blocks; and as soon as a second block of the same window is wanted, all of the window: the
 * reader goes on there, in one direction or at random. What is not stored is asked for to the byte, since it may come
 * over a thin link; by whole blocks where a reader comes back.
 *
 * @param parts - ascending, each in one block.
 */
export function planLoads(parts: readonly ByteRange[], facts: LoadFacts): Load[] {
  const { chunkSize } = facts.grid
  return joinParts(parts, chunkSize, facts.isStored).map((run) => {
    const { chunk } = run
    const range = { start: run.parts[0]?.start ?? 0, end: run.parts.at(-1)?.end ?? 0 }
    if (byteLengthOf(range) > largeBytes) return { ...run, range, isKept: false }
    const extended =
      chunk === undefined ? extendFetch(range, facts) : extendStored(range, chunk, facts)
    return { ...run, range: extended, isKept: true }
  })
}

interface Run {
  readonly parts: ByteRange[]
  readonly chunk: number | undefined
}

/** Joins neighbours: of one chunk, if it is stored, else of any. */
function joinParts(
  parts: readonly ByteRange[],
  chunkSize: number,
  isStored: (chunk: number) => boolean,
): Run[] {
  const runs: Run[] = []
  for (const part of parts) {
    const index = Math.floor(part.start / chunkSize)
    const chunk = isStored(index) ? index : undefined
    const last = runs.at(-1)
    const isNeighbour = last?.parts.at(-1)?.end === part.start
    if (isNeighbour && last.chunk === chunk) last.parts.push(part)
    else runs.push({ parts: [part], chunk })
  }
  return runs
}

function extendStored(range: ByteRange, chunk: number, facts: LoadFacts): ByteRange {
  const { grid, blockSize } = facts
  const inChunk = (bytes: ByteRange): ByteRange => ({
    start: Math.max(bytes.start, chunk * grid.chunkSize),
    end: Math.min(bytes.end, (chunk + 1) * grid.chunkSize, grid.sizeBytes),
  })
  const window = inChunk(align(range, windowBytes))
  const isWanted = facts.readsWhole(chunk) || hasHeld(window, facts)
  return isWanted ? window : inChunk(align(range, blockSize))
}

function hasHeld(window: ByteRange, { blockSize, isHeld }: LoadFacts): boolean {
  for (const { start } of partsOf(window, blockSize)) if (isHeld(start / blockSize)) return true
  return false
}

function extendFetch(range: ByteRange, { grid, blockSize, wasFetched }: LoadFacts): ByteRange {
  const whole = align(range, blockSize)
  const isBack = (offset: number): boolean => wasFetched(Math.floor(offset / blockSize))
  return {
    start: isBack(range.start) ? whole.start : range.start,
    end: isBack(range.end - 1) ? Math.min(whole.end, grid.sizeBytes) : range.end,
  }
}

function align({ start, end }: ByteRange, bytes: number): ByteRange {
  return { start: Math.floor(start / bytes) * bytes, end: Math.ceil(end / bytes) * bytes }
}
