import { chunksTouching } from '../core/chunk-grid.ts'
import type { BodySection } from './body-section.ts'
import { bodyLength } from './body-section.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { OriginAccess } from './origin-access.ts'
import { pieceLength, preparePieces } from './prepare-pieces.ts'
import type { Piece } from './prepare-pieces.ts'
import { createStreamBody } from './stream-body.ts'

/** Where the bytes of a body came from. */
export interface BodyBytes {
  readonly cacheBytes: number
  readonly originBytes: number
}

/** A body, and where its bytes come from: known at its end, if it is a stream. */
export interface AnswerBody {
  readonly body: BodyInit | null
  readonly isStream: boolean
  /** Whether all, some or none of it was stored when the answer was begun. */
  readonly outcome: 'hit' | 'partial' | 'miss'
  readonly bytes: Promise<BodyBytes> | BodyBytes
}

/** Answers up to this long are never streamed: see DESIGN section 6.4. */
export const maxWholeBytes: number = 4 * 1024 * 1024

/** More stored chunks than this are not all opened before the first byte leaves. */
const maxBlobChunks = 1024

/**
 * Makes the body of an answer: one Blob when everything is stored; whole, as soon as its own bytes are there,
 * up to {@link maxWholeBytes}; else a stream, in which stored and arriving bytes follow each other.
 *
 * @param isNew - whether the disk was unknown until just now.
 * @throws {DiskCacheError} when the origin fails and the body is not a stream.
 */
export async function makeBody(
  fetcher: ChunkFetcher,
  sections: readonly BodySection[],
  { access, isNew }: { access: OriginAccess; isNew: boolean },
): Promise<AnswerBody> {
  const length = bodyLength(sections)
  if (length > maxWholeBytes) {
    const outcome = await lookUp(fetcher, sections)
    if (outcome !== 'hit') {
      return { ...createStreamBody(fetcher, sections, access), isStream: true, outcome }
    }
  }
  const prepared = await Promise.all(
    sections.map((section) =>
      section.kind === 'disk' ? preparePieces(fetcher, section.range, access) : [section.bytes],
    ),
  )
  const pieces = prepared.flat()
  const parts = await Promise.all(pieces.map(readPart))
  const bytes = countBytes(pieces, isNew)
  return { body: joinParts(parts), isStream: false, outcome: outcomeOf(bytes), bytes }
}

function outcomeOf({ cacheBytes, originBytes }: BodyBytes): AnswerBody['outcome'] {
  if (originBytes === 0) return 'hit'
  return cacheBytes === 0 ? 'miss' : 'partial'
}

/** Whether a long body can be one Blob; `partial` too if it would be one of too many chunks. */
async function lookUp(
  { generation, flightOf }: ChunkFetcher,
  sections: readonly BodySection[],
): Promise<AnswerBody['outcome']> {
  let [stored, chunks] = [0, 0]
  for (const section of sections) {
    if (section.kind === 'text') continue
    const run = chunksTouching(generation.grid, section.range)
    // A catalog that cannot be read is a catalog without chunks.
    await generation.loadPages(run)?.catch(() => undefined)
    for (let index = run.first; index < run.end; index++) {
      chunks++
      if (generation.isStored(index) && flightOf(index) === undefined) stored++
    }
  }
  if (stored === 0) return 'miss'
  return stored === chunks && chunks <= maxBlobChunks ? 'hit' : 'partial'
}

function readPart(piece: Piece | Uint8Array<ArrayBuffer>): BlobPart | Promise<BlobPart> {
  if (piece instanceof Uint8Array) return piece
  return piece.kind === 'stored' ? piece.blob : piece.flight.read(piece.start, piece.end)
}

function joinParts(parts: readonly BlobPart[]): BodyInit | null {
  const [only] = parts
  if (only === undefined) return null
  return parts.length === 1 ? only : new Blob([...parts])
}

/** @param isNew - the origin was asked for this very read, even if its answer has arrived by now. */
function countBytes(pieces: readonly (Piece | Uint8Array)[], isNew: boolean): BodyBytes {
  let [cacheBytes, originBytes] = [0, 0]
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) continue
    if (!isNew && (piece.kind === 'stored' || piece.isHere)) cacheBytes += pieceLength(piece)
    else originBytes += pieceLength(piece)
  }
  return { cacheBytes, originBytes }
}
