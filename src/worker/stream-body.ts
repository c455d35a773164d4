import type { ByteRange } from '../core/byte-range.ts'
import { freeBytes } from '../core/free-bytes.ts'
import { maxRunBytes } from './chunk-fetcher.ts'
import type { ChunkFetcher } from './chunk-fetcher.ts'
import type { AnswerBody, BodyBytes } from './answer-body.ts'
import type { BodySection } from './body-section.ts'
import type { OriginAccess } from './origin-access.ts'
import { preparePieces } from './prepare-pieces.ts'
import type { Piece } from './prepare-pieces.ts'
import { readStored } from './read-stored.ts'
import type { PieceReading } from './read-stored.ts'

/** Arriving bytes are handed on in parts of this size, not chunk by chunk. */
const stepBytes = 256 * 1024

/**
 * Streams `sections` in order. Windows of {@link maxRunBytes} are looked up one ahead of the reader, so that
 * the origin is never idle and memory is bounded. When the reader goes away, what was started is finished.
 *
 * @param freesRead - whether bytes are freed when the next are asked for: that does for `respondWith()`, which needs what it
 * has read no more, and detaches it by its standard (Service Workers, `respondWith(r)`). Of a clone and its original one would be cut short.
 */
export function createStreamBody(
  fetcher: ChunkFetcher,
  sections: readonly BodySection[],
  { access, freesRead }: { readonly access: OriginAccess; readonly freesRead: boolean },
): Pick<AnswerBody, 'body' | 'bytes' | 'fail'> {
  const counted = { cacheBytes: 0, originBytes: 0 }
  const parts = readSections({ fetcher, access, counted, freesRead }, sections)
  const { promise: bytes, resolve: finish } = Promise.withResolvers<BodyBytes>()
  let control: ReadableStreamDefaultController | undefined
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        control = controller
      },
      async pull(controller) {
        try {
          const { done, value } = await parts.next()
          if (done === true) {
            controller.close()
            finish(counted)
          } else {
            controller.enqueue(value)
          }
        } catch (error) {
          finish(counted)
          throw error
        }
      },
      async cancel() {
        finish(counted)
        await parts.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
  void access.lifetime.keep(bytes)
  return {
    body,
    bytes,
    fail() {
      control?.error(new Error('No page keeps this worker alive'))
      finish(counted)
      void parts.return(undefined)
    },
  }
}

interface Reading extends PieceReading {
  readonly counted: { cacheBytes: number; originBytes: number }
  readonly freesRead: boolean
}

async function* readSections(
  reading: Reading,
  sections: readonly BodySection[],
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  for (const section of sections) {
    if (section.kind === 'text') yield section.bytes
    else yield* readRange(reading, section.range)
  }
}

async function* readRange(
  reading: Reading,
  range: ByteRange,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const windows = splitRange(range)
  let ahead = prepareNext(reading, windows)
  let pieces: Piece[] = []
  try {
    while (ahead !== undefined) {
      pieces = await ahead
      ahead = prepareNext(reading, windows)
      // If it fails, it fails when its turn comes; until then nobody listens.
      ahead?.catch(() => undefined)
      for (const piece of pieces) yield* readPiece(reading, piece)
    }
  } finally {
    giveBack(pieces)
    void ahead?.then(giveBack, () => undefined)
  }
}

function giveBack(pieces: readonly Piece[]): void {
  for (const piece of pieces) if (piece.kind === 'arriving') piece.giveBack()
}

function prepareNext(
  { fetcher, access }: Reading,
  windows: Iterator<ByteRange>,
): Promise<Piece[]> | undefined {
  const { done, value } = windows.next()
  if (done === true) return undefined
  fetcher.readAhead.noteDemand(value)
  return preparePieces(fetcher, value, { access, isForeseen: true })
}

async function* readPiece(reading: Reading, piece: Piece): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (piece.kind === 'stored') {
    const read = await readStored(reading, piece)
    if (read instanceof Uint8Array) {
      reading.counted.cacheBytes += read.byteLength
      yield* handOut(read, reading)
      return
    }
    for (const again of read) yield* readPiece(reading, again)
    return
  }
  for (let start = piece.start; start < piece.end; start += stepBytes) {
    const bytes = await piece.flight.read(start, Math.min(start + stepBytes, piece.end))
    if (piece.isHere) reading.counted.cacheBytes += bytes.byteLength
    else reading.counted.originBytes += bytes.byteLength
    // The flight's memory is not ours to hand out: the reader may detach it.
    yield* handOut(bytes.slice(), reading)
  }
  piece.giveBack()
}

/** @param bytes - with a buffer of their own. */
function* handOut(
  bytes: Uint8Array<ArrayBuffer>,
  { freesRead }: Reading,
): Generator<Uint8Array<ArrayBuffer>> {
  yield bytes
  // More is asked for.
  if (freesRead) freeBytes(bytes)
}

function* splitRange({ start, end }: ByteRange): Generator<ByteRange> {
  for (let at = start; at < end;) {
    const next = Math.min((Math.floor(at / maxRunBytes) + 1) * maxRunBytes, end)
    yield { start: at, end: next }
    at = next
  }
}
