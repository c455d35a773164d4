import type { ByteRange } from '../core/byte-range.ts'
import { chunksTouching, indicesOf } from '../core/chunk-grid.ts'
import type { ChunkGrid } from '../core/chunk-grid.ts'

/** A chunk that has not arrived after so long will not: its download failed, and somebody was told. */
const arrivingMs = 60_000

/** What happens to the chunks of one version of a disk while the panel is open. */
export class DiskActivity {
  /** How often each chunk was read. */
  readonly heat: Map<number, number> = new Map()
  /** What the last verification found bad, and is not stored anew. */
  readonly damaged: Set<number> = new Set()
  readonly grid: ChunkGrid
  /** Chunks of which bytes were asked for, and when. */
  readonly #arriving = new Map<number, number>()

  constructor(grid: ChunkGrid) {
    this.grid = grid
  }

  /** Bytes were read. */
  read(range: ByteRange): void {
    for (const index of indicesOf(chunksTouching(this.grid, range))) {
      this.heat.set(index, (this.heat.get(index) ?? 0) + 1)
    }
  }

  /** Bytes were asked for. */
  fetching(ranges: readonly ByteRange[], nowMs: number): void {
    for (const index of this.#chunksOf(ranges)) this.#arriving.set(index, nowMs)
  }

  /** Chunks were found bad, and are not stored any more. */
  damage(ranges: readonly ByteRange[]): void {
    for (const index of this.#chunksOf(ranges)) this.damaged.add(index)
  }

  /** Chunks were stored. */
  stored(ranges: readonly ByteRange[]): void {
    for (const index of this.#chunksOf(ranges)) {
      this.#arriving.delete(index)
      this.damaged.delete(index)
    }
  }

  /** Chunks on their way. */
  arriving(nowMs: number): ReadonlySet<number> {
    for (const [index, atMs] of this.#arriving) {
      if (nowMs - atMs > arrivingMs) this.#arriving.delete(index)
    }
    return new Set(this.#arriving.keys())
  }

  /** Nobody knows what is on its way. */
  forgetArriving(): void {
    this.#arriving.clear()
  }

  *#chunksOf(ranges: readonly ByteRange[]): Generator<number> {
    for (const range of ranges) yield* indicesOf(chunksTouching(this.grid, range))
  }
}
