import type { ByteRange } from '../core/byte-range.ts'
import { chunksTouching, cutRun } from '../core/chunk-grid.ts'
import type { BodySection } from './body-section.ts'
import { bodyLength } from './body-section.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import { takeHotBody } from './hot-body.ts'
import type { OriginAccess } from './origin-access.ts'
import { openWhole, pieceLength, preparePieces } from './prepare-pieces.ts'
import type { Piece } from './prepare-pieces.ts'
import { readStored } from './read-stored.ts'
import type { PieceReading } from './read-stored.ts'
import { notStored } from './request-errors.ts'
import { createStreamBody } from './stream-body.ts'

/** Where the bytes of a body came from. */
export interface BodyBytes {
  readonly cacheBytes: number
  readonly originBytes: number
}

/** Whether all, some or none of a body was stored when the answer was begun. */
export type BodyOutcome = 'hit' | 'partial' | 'miss'

/** A body, and where its bytes come from: known at its end, if it is a stream. */
export interface AnswerBody {
  readonly body: BodyInit | null
  /** Ends it with an error, if it is a stream: nobody keeps the worker alive for it. */
  readonly fail?: () => void
  readonly outcome: BodyOutcome
  /** What the origin answered, if it was asked and has answered. */
  readonly originStatus?: 200 | 206
  readonly bytes: Promise<BodyBytes> | BodyBytes
}

/** Who reads a body, and how. */
export interface BodyReading {
  readonly access: OriginAccess
  /** Whether the disk was unknown until just now. */
  readonly isNew: boolean
  /** The page or worker that reads. */
  readonly clientId: string
  /** Whether bytes of a stream are freed when the next are asked for: as {@link createStreamBody} has it. */
  readonly freesRead: boolean
}

/** Answers up to this long are never streamed: see DESIGN section 6.4. */
export const maxWholeBytes: number = 4 * 1024 * 1024

/**
 * A short body of more stored parts than this is read into memory instead of made of Blobs: when Chromium 156
 * stops a worker that is just making Blobs of Blobs, it ends the page with it (docs/decisions/0007).
 */
const maxShortParts = 8

/** The same for long bodies, which are streamed then. */
const maxLongParts = 64

/** Chunks of a long body whose notes are read at a time: once one is known to be stored and one not, no more are wanted. */
const chunksAtOnce = 16_384

/**
 * Makes the body of an answer: one Blob when everything is stored; whole, as soon as its own bytes are there,
 * up to {@link maxWholeBytes}; else a stream, in which stored and arriving bytes follow each other.
 *
 * @throws {DiskCacheError} when the origin fails and the body is not a stream.
 */
export async function makeBody(
  fetcher: ChunkFetcher,
  sections: readonly BodySection[],
  { access, isNew, clientId, freesRead }: BodyReading,
): Promise<AnswerBody> {
  const length = bodyLength(sections)
  const reading = { fetcher, access }
  if (length > maxWholeBytes) {
    const outcome = await lookUp(fetcher, sections)
    if (access.use === 'only-stored' && outcome !== 'hit') {
      throw notStored(fetcher.generation.record.url)
    }
    if (outcome === 'hit' && countParts(fetcher, sections) <= maxLongParts) {
      const pieces = await openAll(fetcher, sections)
      if (pieces !== undefined) return joinPieces(pieces, reading, { length, isNew })
    }
    return { ...createStreamBody(fetcher, sections, { access, freesRead }), outcome }
  }
  const hot = isNew ? undefined : takeHot(fetcher, sections)
  if (hot !== undefined) {
    for (const section of sections) {
      if (section.kind !== 'disk') continue
      const ahead = fetcher.readAhead.foresee(clientId, section.range)
      if (ahead !== undefined) fetcher.readAhead.fetch(ahead, access)
    }
    const bytes = { cacheBytes: length, originBytes: 0 }
    return { body: hot, outcome: 'hit', bytes }
  }
  const prepared = sections.map((section) =>
    section.kind === 'disk'
      ? prepareForeseen(fetcher, section.range, { access, clientId })
      : [section.bytes],
  )
  return joinPieces((await Promise.all(prepared)).flat(), reading, { length, isNew })
}

/** Finds every byte of `range`, and fetches ahead of the reader if it is in a stream. */
async function prepareForeseen(
  fetcher: ChunkFetcher,
  range: ByteRange,
  { access, clientId }: { access: OriginAccess; clientId: string },
): Promise<Piece[]> {
  const ahead = fetcher.readAhead.foresee(clientId, range)
  const isForeseen = ahead !== undefined
  const pieces = await preparePieces(fetcher, range, { access, isForeseen })
  if (isForeseen) fetcher.readAhead.fetch(ahead, access)
  return pieces
}

function takeHot({ generation }: ChunkFetcher, sections: readonly BodySection[]): Blob | undefined {
  const [only] = sections
  if (sections.length !== 1 || only?.kind !== 'disk') return undefined
  return takeHotBody(generation, only.range)
}

type Part = Piece | Uint8Array<ArrayBuffer>

/** A part, and its bytes; they may be in the store still. */
type ReadPart = readonly [Part, BlobPart]

async function joinPieces(
  pieces: readonly Part[],
  reading: PieceReading,
  { length, isNew }: { length: number; isNew: boolean },
): Promise<AnswerBody> {
  const isFew = length > maxWholeBytes || pieces.length <= maxShortParts
  // What is stored may be deleted while others are awaited: it is read at once.
  const inMemory = !isFew || pieces.some(isAwaited)
  const read = await Promise.all(
    pieces.map((piece) => readPart(piece, inMemory ? reading : undefined)),
  )
  const parts = read.flat()
  const found = parts.map(([part]) => part)
  const total = found.reduce((sum, part) => sum + partLength(part), 0)
  if (total !== length) throw new Error(`The body is ${total} bytes long, and should be ${length}`)
  const bytes = countBytes(found, isNew)
  const originStatus = originStatusOf(found)
  return {
    body: joinParts(parts.map(([, data]) => data)),
    outcome: outcomeOf(bytes),
    ...(originStatus !== undefined && { originStatus }),
    bytes,
  }
}

/** How many Blobs a body would be made of, at the most. */
function countParts(
  { generation: { grid } }: ChunkFetcher,
  sections: readonly BodySection[],
): number {
  return sections.reduce((sum, section) => {
    if (section.kind === 'text') return sum + 1
    const { first, end } = chunksTouching(grid, section.range)
    return sum + end - first
  }, 0)
}

/** How much of a long body is stored. Reads no more of the catalog than it takes to tell. */
async function lookUp(
  { generation }: ChunkFetcher,
  sections: readonly BodySection[],
): Promise<BodyOutcome> {
  let [hasStored, hasMissing] = [false, false]
  for (const section of sections) {
    if (section.kind === 'text') continue
    for (const run of cutRun(chunksTouching(generation.grid, section.range), chunksAtOnce)) {
      // A catalog that cannot be read is a catalog without chunks.
      await generation.loadPages(run)?.catch(() => undefined)
      for (let index = run.first; index < run.end; index++) {
        if (generation.isStored(index)) hasStored = true
        else hasMissing = true
        if (hasStored && hasMissing) return 'partial'
      }
    }
  }
  return hasStored ? 'hit' : 'miss'
}

/** Opens all chunks of a long body; `undefined` if one cannot be had. */
async function openAll(
  fetcher: ChunkFetcher,
  sections: readonly BodySection[],
): Promise<Part[] | undefined> {
  const parts: Part[] = []
  for (const section of sections) {
    const opened =
      section.kind === 'disk' ? await openWhole(fetcher, section.range) : [section.bytes]
    if (opened === undefined) return undefined
    if (section.kind === 'disk') fetcher.readAhead.noteDemand(section.range)
    parts.push(...opened)
  }
  return parts
}

function isAwaited(part: Part): boolean {
  return 'kind' in part && part.kind === 'arriving' && !part.isHere
}

/**
 * @param reading - reads what is stored into memory. @default leaves it in the store
 * @returns the part; or those that came in its place, because its data has gone.
 */
async function readPart(part: Part, reading: PieceReading | undefined): Promise<ReadPart[]> {
  if (part instanceof Uint8Array) return [[part, part]]
  if (part.kind === 'arriving') return [[part, await part.flight.read(part.start, part.end)]]
  if (reading === undefined) return [[part, part.blob]]
  const read = await readStored(reading, part)
  if (read instanceof Uint8Array) return [[part, read]]
  return (await Promise.all(read.map((again) => readPart(again, reading)))).flat()
}

function partLength(part: Part): number {
  return part instanceof Uint8Array ? part.byteLength : pieceLength(part)
}

function joinParts(parts: readonly BlobPart[]): BodyInit | null {
  const [only] = parts
  if (only === undefined) return null
  return parts.length === 1 ? only : new Blob([...parts])
}

function outcomeOf({ cacheBytes, originBytes }: BodyBytes): BodyOutcome {
  if (originBytes === 0) return 'hit'
  return cacheBytes === 0 ? 'miss' : 'partial'
}

function originStatusOf(parts: readonly Part[]): 200 | 206 | undefined {
  for (const part of parts) {
    if ('kind' in part && part.kind === 'arriving') return part.flight.originStatus
  }
  return undefined
}

/** @param isNew - the origin was asked for this very read, even if its answer has arrived by now. */
function countBytes(parts: readonly Part[], isNew: boolean): BodyBytes {
  let [cacheBytes, originBytes] = [0, 0]
  for (const part of parts) {
    if (part instanceof Uint8Array) continue
    if (!isNew && (part.kind === 'stored' || part.isHere)) cacheBytes += pieceLength(part)
    else originBytes += pieceLength(part)
  }
  return { cacheBytes, originBytes }
}
