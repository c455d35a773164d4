import { chunkBytes } from './chunk-grid.ts'
import type { ChunkGrid } from './chunk-grid.ts'

/** Cuts bytes that come in order into the chunks of a grid. */
export interface ChunkJoiner {
  /**
   * Takes bytes of the disk; none may lie before what came last.
   *
   * @returns the chunks that are whole now, ascending.
   */
  add(offset: number, bytes: Uint8Array<ArrayBuffer>): JoinedChunk[]
  /** Bytes of chunks of which not all came. To be read when everything has come. */
  readonly leftOutBytes: number
}

/** A whole chunk. */
export interface JoinedChunk {
  readonly index: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Makes a {@link ChunkJoiner}; at most one chunk is held. */
export function createChunkJoiner(grid: ChunkGrid): ChunkJoiner {
  let held:
    { readonly index: number; readonly bytes: Uint8Array<ArrayBuffer>; filled: number } | undefined
  let leftOutBytes = 0

  /** @param at - within the chunk. */
  function put(index: number, at: number, part: Uint8Array<ArrayBuffer>): JoinedChunk | undefined {
    const { start, end } = chunkBytes(grid, index)
    const length = end - start
    if (held !== undefined && held.index !== index) drop()
    if (held === undefined && part.byteLength === length) return { index, bytes: part }
    // What does not go on where the last part ended leaves a hole: such a chunk will never be whole.
    if (at !== (held?.filled ?? 0)) {
      drop()
      leftOutBytes += part.byteLength
      return undefined
    }
    held ??= { index, bytes: new Uint8Array(length), filled: 0 }
    held.bytes.set(part, at)
    held.filled += part.byteLength
    if (held.filled < length) return undefined
    const { bytes } = held
    held = undefined
    return { index, bytes }
  }

  function drop(): void {
    leftOutBytes += held?.filled ?? 0
    held = undefined
  }

  return {
    add(offset, bytes) {
      const whole: JoinedChunk[] = []
      for (let done = 0; done < bytes.byteLength;) {
        const position = offset + done
        const index = Math.floor(position / grid.chunkSize)
        const part = bytes.subarray(done, done + chunkBytes(grid, index).end - position)
        const chunk = put(index, position % grid.chunkSize, part)
        if (chunk !== undefined) whole.push(chunk)
        done += part.byteLength
      }
      return whole
    },
    get leftOutBytes() {
      return leftOutBytes + (held?.filled ?? 0)
    },
  }
}
