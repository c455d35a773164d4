import { byteLengthOf } from '../core/byte-range.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { OriginAccess } from './origin-access.ts'
import { preparePieces } from './prepare-pieces.ts'
import type { Piece } from './prepare-pieces.ts'

/** Who reads pieces, and on whose behalf. */
export interface PieceReading {
  readonly fetcher: ChunkFetcher
  readonly access: OriginAccess
}

/**
 * Reads a stored piece into memory.
 *
 * @returns its bytes; or, if its data has gone since it was opened, the pieces to be read in its place: an ordinary miss.
 */
export async function readStored(
  { fetcher, access }: PieceReading,
  { index, range, blob }: Piece & { kind: 'stored' },
): Promise<Uint8Array<ArrayBuffer> | Piece[]> {
  const buffer = await blob.arrayBuffer().catch(() => undefined)
  // WebKit cuts a Blob whose data has gone, and says nothing.
  if (buffer?.byteLength === byteLengthOf(range)) return new Uint8Array(buffer)
  fetcher.generation.discard(index)
  return preparePieces(fetcher, range, { access, isForeseen: true })
}
