import { intersectRanges, shiftRange } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'

/** How a generation is cut into chunks: `sizeBytes` long, in pieces of `chunkSize` bytes. */
export interface ChunkGrid {
  /** Length of the whole generation in bytes, 0 or more. */
  readonly sizeBytes: number
  /** A power of two and a multiple of 512. */
  readonly chunkSize: number
}

/** A run of chunks by index, half-open. */
export interface ChunkRun {
  readonly first: number
  readonly end: number
}

/** Whether `bytes` can be a chunk size: a power of two from 512 B to 64 MiB. */
export function isChunkSize(bytes: number): boolean {
  return Number.isInteger(Math.log2(bytes)) && bytes >= 512 && bytes <= 64 * 1024 * 1024
}

/** The number of chunks; the last one may be short. */
export function countChunks(grid: ChunkGrid): number {
  return Math.ceil(grid.sizeBytes / grid.chunkSize)
}

/** The bytes of chunk `index`, clamped at the end of the generation. */
export function chunkBytes(grid: ChunkGrid, index: number): ByteRange {
  const start = index * grid.chunkSize
  return { start, end: Math.min(start + grid.chunkSize, grid.sizeBytes) }
}

/** What of chunk `index` lies in `range`, as offsets in the chunk; empty if nothing does. */
export function partOfChunk(grid: ChunkGrid, index: number, range: ByteRange): ByteRange {
  const chunk = chunkBytes(grid, index)
  const part = intersectRanges(chunk, range)
  return part === undefined ? { start: 0, end: 0 } : shiftRange(part, -chunk.start)
}

/** The bytes of a run of chunks, clamped at the end of the generation. */
export function runBytes(grid: ChunkGrid, run: ChunkRun): ByteRange {
  return {
    start: run.first * grid.chunkSize,
    end: Math.min(run.end * grid.chunkSize, grid.sizeBytes),
  }
}

/** The chunks that hold any byte of `range`. */
export function chunksTouching(grid: ChunkGrid, range: ByteRange): ChunkRun {
  const first = Math.floor(range.start / grid.chunkSize)
  const endBytes = Math.min(range.end, grid.sizeBytes)
  return { first, end: range.start < endBytes ? Math.ceil(endBytes / grid.chunkSize) : first }
}

/** The chunks that lie wholly inside `range`: what may go when just these bytes are to go. */
export function chunksInside(grid: ChunkGrid, range: ByteRange): ChunkRun {
  const first = Math.ceil(range.start / grid.chunkSize)
  const end =
    range.end >= grid.sizeBytes ? countChunks(grid) : Math.floor(range.end / grid.chunkSize)
  return { first, end: Math.max(first, end) }
}

/**
 * Joins ascending chunk `indices` into runs of neighbours.
 *
 * @param maxLength - the longest run, in chunks.
 */
export function joinRuns(indices: Iterable<number>, maxLength: number = Infinity): ChunkRun[] {
  const runs: { first: number; end: number }[] = []
  for (const index of indices) {
    const last = runs.at(-1)
    if (last?.end === index && index - last.first < maxLength) last.end = index + 1
    else runs.push({ first: index, end: index + 1 })
  }
  return runs
}

/** The parts of `run` that are `maxLength` chunks long, and what is left. */
export function* cutRun(run: ChunkRun, maxLength: number): Generator<ChunkRun> {
  for (let first = run.first; first < run.end; first += maxLength) {
    yield { first, end: Math.min(first + maxLength, run.end) }
  }
}

/** The indices of `run`, ascending. */
export function* indicesOf(run: ChunkRun): Generator<number> {
  for (let index = run.first; index < run.end; index++) yield index
}
