import { intersectRanges } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, indicesOf } from '../core/chunk-grid.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import type { OriginAccess } from './origin-access.ts'

/** Bytes of one chunk: out of the store, or on their way. */
export type Piece =
  | {
      readonly kind: 'stored'
      readonly index: number
      /** Of the disk. */
      readonly range: ByteRange
      /** Just these bytes. */
      readonly blob: Blob
    }
  | {
      readonly kind: 'arriving'
      readonly flight: ChunkFlight
      /** Whether the bytes had arrived already: then nobody waits for the origin. */
      readonly isHere: boolean
      /** The bytes `[start, end)` of the chunk. */
      readonly start: number
      readonly end: number
    }

/** The body bytes of a piece. */
export function pieceLength(piece: Piece): number {
  return piece.kind === 'stored' ? piece.blob.size : piece.end - piece.start
}

/**
 * Finds every byte of `range`: opens the chunks that are stored, and sees to it that the others are under
 * way. Resolves without waiting for the origin.
 */
export async function preparePieces(
  fetcher: ChunkFetcher,
  range: ByteRange,
  access: OriginAccess,
): Promise<Piece[]> {
  const { generation } = fetcher
  const indices = [...indicesOf(chunksTouching(generation.grid, range))]
  const blobs = await openStored(fetcher, indices)
  const missing = indices.filter((index) => !blobs.has(index))
  if (missing.length > 0) fetcher.fetch(missing, access)
  return indices.map((index) => makePiece(fetcher, { index, range, blob: blobs.get(index) }))
}

function makePiece(
  { generation, flightOf }: ChunkFetcher,
  { index, range, blob }: { index: number; range: ByteRange; blob: Blob | undefined },
): Piece {
  const chunk = chunkBytes(generation.grid, index)
  const part = intersectRanges(chunk, range) ?? chunk
  const [start, end] = [part.start - chunk.start, part.end - chunk.start]
  if (blob !== undefined) {
    return { kind: 'stored', index, range: part, blob: slice(blob, start, end) }
  }
  const flight = flightOf(index)
  if (flight === undefined) throw new Error(`Chunk ${index} is neither stored nor under way`)
  return { kind: 'arriving', flight, isHere: flight.arrived >= end, start, end }
}

/**
 * Opens those chunks of `indices` that are stored. When it resolves, every other one is neither stored nor
 * remembered as stored, unless it is in flight: nothing has been awaited since that was checked.
 */
async function openStored(
  { generation, flightOf }: ChunkFetcher,
  indices: readonly number[],
): Promise<Map<number, Blob>> {
  const blobs = new Map<number, Blob>()
  const [first, last] = [indices.at(0), indices.at(-1)]
  if (first === undefined || last === undefined) return blobs
  // A catalog that cannot be read is a catalog without chunks.
  await generation.loadPages({ first, end: last + 1 })?.catch(() => undefined)
  for (;;) {
    const unopened: number[] = []
    for (const index of indices) {
      if (blobs.has(index) || flightOf(index) !== undefined || !generation.isStored(index)) continue
      const remembered = generation.remembered(index)
      if (remembered === undefined) unopened.push(index)
      else blobs.set(index, remembered)
    }
    if (unopened.length === 0) return blobs
    await Promise.all(
      unopened.map(async (index) => {
        const blob = await generation.open(index)
        if (blob !== undefined) blobs.set(index, blob)
      }),
    )
  }
}

function slice(blob: Blob, start: number, end: number): Blob {
  return start === 0 && end === blob.size ? blob : blob.slice(start, end)
}
