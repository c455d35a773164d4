import { intersectRanges } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { chunkBytes, chunksTouching, indicesOf } from '../core/chunk-grid.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { ChunkFlight } from './chunk-flight.ts'
import type { OriginAccess } from './origin-access.ts'
import { notStored } from './request-errors.ts'

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
      /** To be called when the bytes are not needed any more; else they are kept until nobody has the piece. */
      readonly giveBack: () => void
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
  by: { readonly access: OriginAccess; readonly isForeseen: boolean },
): Promise<Piece[]> {
  const { generation, flightOf } = fetcher
  const run = chunksTouching(generation.grid, range)
  const parts = cut(generation, range)
  const opened: Opened = { blobs: new Map(), failed: new Set() }
  // A catalog that cannot be read is a catalog without chunks.
  await generation.loadPages(run)?.catch(() => undefined)
  generation.noteRead(run)
  await openStored(fetcher, parts, opened)
  // From here on nothing is awaited: what has no Blob and is not under way now, gets under way now.
  const missing = parts.filter(({ index, start, end }) => {
    return !opened.blobs.has(index) && flightOf(index)?.asked.has({ start, end }) !== true
  })
  if (missing.length > 0) {
    if (by.access.use === 'only-stored') throw notStored(generation.record.url)
    fetcher.need(
      missing.map((part) => part.range),
      by,
    )
  }
  return parts.map((part) => makePiece(part, opened.blobs.get(part.index), flightOf(part.index)))
}

/** Opens all parts that are stored. */
async function openStored(
  fetcher: ChunkFetcher,
  parts: readonly Part[],
  opened: Opened,
): Promise<void> {
  let unopened = findUnopened(fetcher, parts, opened)
  while (unopened.length > 0) {
    await openParts(fetcher.generation, unopened, opened)
    unopened = findUnopened(fetcher, parts, opened)
  }
}

/** Chunks opened at a time for a long body. */
const opensAtOnce = 16

/**
 * Opens every chunk of `range`, if all of them are stored.
 *
 * @returns `undefined` if any is not, or cannot be opened, or would have to be read to be checked.
 */
export async function openWhole(
  { generation }: ChunkFetcher,
  range: ByteRange,
): Promise<Piece[] | undefined> {
  const parts = cut(generation, range)
  const opened: Opened = { blobs: new Map(), failed: new Set() }
  const unopened = parts.filter((part) => {
    const remembered = generation.remembered(part.index, part)
    if (remembered !== undefined) opened.blobs.set(part.index, remembered)
    return remembered === undefined
  })
  if (unopened.some(({ index }) => generation.needsCheck(index))) return undefined
  for (let at = 0; at < unopened.length && opened.failed.size === 0; at += opensAtOnce) {
    await openParts(generation, unopened.slice(at, at + opensAtOnce), opened)
  }
  if (opened.failed.size > 0) return undefined
  return parts.map((part) => makePiece(part, opened.blobs.get(part.index), undefined))
}

/** The part of one chunk that is wanted: `[start, end)` within it. */
interface Part {
  readonly index: number
  readonly range: ByteRange
  readonly start: number
  readonly end: number
}

interface Opened {
  readonly blobs: Map<number, Blob>
  /** Chunks that could not be opened: not tried twice. */
  readonly failed: Set<number>
}

function cut({ grid }: StoredGeneration, range: ByteRange): Part[] {
  const parts: Part[] = []
  for (const index of indicesOf(chunksTouching(grid, range))) {
    const chunk = chunkBytes(grid, index)
    const part = intersectRanges(chunk, range)
    if (part === undefined) continue
    parts.push({ index, range: part, start: part.start - chunk.start, end: part.end - chunk.start })
  }
  return parts
}

/** The parts that are stored and have no Blob yet. Remembered Blobs are taken on the way: the hot path. */
function findUnopened(
  { generation }: ChunkFetcher,
  parts: readonly Part[],
  { blobs, failed }: Opened,
): Part[] {
  const unopened: Part[] = []
  for (const part of parts) {
    const { index } = part
    if (blobs.has(index) || failed.has(index)) continue
    if (!generation.isStored(index)) continue
    const remembered = generation.remembered(index, part)
    if (remembered === undefined) unopened.push(part)
    else blobs.set(index, remembered)
  }
  return unopened
}

async function openParts(
  generation: StoredGeneration,
  parts: readonly Part[],
  { blobs, failed }: Opened,
): Promise<void> {
  await Promise.all(
    parts.map(async (part) => {
      const { index } = part
      const blob = await generation.open(index, part)
      if (blob === undefined) failed.add(index)
      else blobs.set(index, blob)
    }),
  )
}

function makePiece(part: Part, blob: Blob | undefined, flight: ChunkFlight | undefined): Piece {
  const { index, range, start, end } = part
  if (blob !== undefined) {
    const isAll = start === 0 && end === blob.size
    return { kind: 'stored', index, range, blob: isAll ? blob : blob.slice(start, end) }
  }
  if (flight === undefined) throw new Error(`Chunk ${index} is neither stored nor under way`)
  const isHere = flight.has(start, end)
  return { kind: 'arriving', flight, isHere, start, end, giveBack: flight.borrow() }
}
