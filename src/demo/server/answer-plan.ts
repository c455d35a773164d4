import type { IncomingHttpHeaders } from 'node:http'

import type { ByteRange, DiskSource } from './disk-source.ts'
import { evaluatePreconditions, ifRangeHolds } from './http-preconditions.ts'
import { selectRanges } from './http-range.ts'

/** Bytes of the disk, or of another one. */
export interface DiskPiece extends ByteRange {
  readonly from?: DiskSource
}

/** A piece of a body: bytes as they are, or bytes of the disk. */
export type BodyPiece = Uint8Array | DiskPiece

/** Breaks off a body: the connection is reset, or nothing more comes until a promise resolves. */
export interface Interruption {
  /** Bytes of the body that are sent before; -1 sends not even the headers. */
  readonly afterBytes: number
  readonly until: Promise<void> | 'reset'
  /** Called when so many bytes have been sent, and more was to follow. */
  onReached?(): void
}

/** Sends a body little by little. */
export interface Drip {
  readonly pieceBytes: number
  readonly pauseMs: number
}

/** An answer as plain data, decided before a byte is sent. Faults make another plan of it. */
export interface AnswerPlan {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: readonly BodyPiece[]
  readonly interruption?: Interruption
  readonly drip?: Drip
  /** Compresses the body while it is sent. */
  readonly gzip?: boolean
}

/** The parts of a request that decide its answer. */
export interface PlanRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

const MULTIPART_BOUNDARY = 'sectorcache-demo-origin-7d1f0c5a'

/**
 * Plans the answer to a GET or HEAD for a disk by RFC 9110: preconditions, then ranges.
 *
 * @param cacheControl - the `Cache-Control` of the answer
 */
export function planAnswer(
  { method, headers }: PlanRequest,
  source: DiskSource,
  cacheControl: string,
): AnswerPlan {
  const common = { ...validatorHeaders(source), 'Cache-Control': cacheControl }
  const verdict = evaluatePreconditions(headers, source)
  if (verdict === 'failed') return withHeaders(planText(412, 'The disk is another one.'), common)
  if (verdict === 'not-modified') return { status: 304, headers: common, body: [] }

  const mayBePartial = method === 'GET' && ifRangeHolds(headers, source)
  const selection = mayBePartial ? selectRanges(headers.range, source.size) : 'whole'
  if (selection === 'whole') return withHeaders(planWhole(source), common)
  if (selection === 'unsatisfiable') {
    const refusal = planText(416, `The disk has ${source.size} bytes.`)
    return withHeaders(refusal, { ...common, 'Content-Range': `bytes */${source.size}` })
  }
  const [first, ...rest] = selection
  const partial =
    rest.length === 0 && first ? planRange(first, source) : planMultipart(selection, source)
  return withHeaders(partial, common)
}

/** A 200 with the whole disk, without validators. */
export function planWhole(source: DiskSource): AnswerPlan {
  return {
    status: 200,
    headers: { 'Content-Type': contentTypeOf(source), 'Content-Length': String(source.size) },
    body: [{ start: 0, end: source.size }],
  }
}

/** A short answer in plain text. */
export function planText(status: number, text: string): AnswerPlan {
  const body = new TextEncoder().encode(`${text}\n`)
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(body.length),
  }
  return { status, headers, body: [body] }
}

/** The plan with some headers set. */
export function withHeaders(
  plan: AnswerPlan,
  headers: Readonly<Record<string, string>>,
): AnswerPlan {
  return { ...plan, headers: { ...plan.headers, ...headers } }
}

/** A 206 with one range, without validators. */
export function planRange(range: ByteRange, source: DiskSource): AnswerPlan {
  const headers = {
    'Content-Type': contentTypeOf(source),
    'Content-Range': contentRange(range, source.size),
    'Content-Length': String(range.end - range.start),
  }
  return { status: 206, headers, body: [range] }
}

/** A 206 with each range as a part, without validators. */
export function planMultipart(ranges: readonly ByteRange[], source: DiskSource): AnswerPlan {
  const encoder = new TextEncoder()
  const body: BodyPiece[] = ranges.flatMap((range, index) => {
    const head = [
      `${index === 0 ? '' : '\r\n'}--${MULTIPART_BOUNDARY}`,
      `Content-Type: ${contentTypeOf(source)}`,
      `Content-Range: ${contentRange(range, source.size)}`,
    ]
    return [encoder.encode(`${head.join('\r\n')}\r\n\r\n`), range]
  })
  body.push(encoder.encode(`\r\n--${MULTIPART_BOUNDARY}--\r\n`))
  const length = body.reduce((sum, piece) => sum + bytesOfPiece(piece), 0)
  const headers = {
    'Content-Type': `multipart/byteranges; boundary=${MULTIPART_BOUNDARY}`,
    'Content-Length': String(length),
  }
  return { status: 206, headers, body }
}

/** How many bytes a piece puts into the body. */
export function bytesOfPiece(piece: BodyPiece): number {
  return piece instanceof Uint8Array ? piece.length : piece.end - piece.start
}

function validatorHeaders({ etag, lastModified }: DiskSource): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    ...(etag !== undefined && { ETag: etag }),
    ...(lastModified !== undefined && { 'Last-Modified': lastModified.toUTCString() }),
  }
}

function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`
}

function contentTypeOf(source: DiskSource): string {
  return source.contentType ?? 'application/octet-stream'
}
