import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGzip } from 'node:zlib'

import type { AnswerPlan, BodyPiece, Drip, Interruption } from './answer-plan.ts'
import type { DiskSource } from './disk-source.ts'
import type { Link } from './shape.ts'

/** What {@link sendAnswer} needs beside the plan. */
export interface SendOptions {
  /** The disk, for pieces of the body that are ranges. */
  readonly source: DiskSource | undefined
  readonly link: Link
  /** Aborts when the client went away. */
  readonly signal: AbortSignal
  /** Without it, only the headers are sent. */
  readonly withBody: boolean
  /** Called with the number of bytes of each piece of the body that went out. */
  onBytes(byteCount: number): void
}

/** Whether a plan resets the connection before the headers. */
export function isResetAtOnce({ interruption }: AnswerPlan): boolean {
  return interruption?.until === 'reset' && interruption.afterBytes < 0
}

/** Sends an answer as planned, piece by piece, no faster than the client and the link take it. */
export async function sendAnswer(
  response: ServerResponse,
  plan: AnswerPlan,
  { source, link, signal, withBody, onBytes }: SendOptions,
): Promise<void> {
  const { interruption, drip } = plan
  if (isResetAtOnce(plan)) {
    response.socket?.resetAndDestroy()
    return
  }
  response.writeHead(plan.status, plan.headers)
  if (!withBody || plan.body.length === 0) {
    response.end()
    return
  }
  if (interruption || drip) response.flushHeaders()

  const plain = readPieces(plan.body, source, link.pieceBytes())
  const encoded = plan.gzip ? compress(plain) : plain
  const dripping = drip ? letDrip(encoded, drip, signal) : encoded
  const pieces = interruption ? interrupt(dripping, interruption, signal) : dripping
  const sending = link.begin()
  for await (const piece of pieces) {
    await sending.take(piece.length, signal)
    signal.throwIfAborted()
    const flushed = new Promise<void>((resolve) => {
      response.write(piece, () => resolve())
    })
    onBytes(piece.length)
    // What is still in our buffers when the connection is broken off would be lost.
    if (interruption) await flushed
    else if (response.writableNeedDrain) await once(response, 'drain', { signal })
  }
  if (interruption?.until === 'reset') response.destroy()
  else response.end()
}

async function* readPieces(
  body: readonly BodyPiece[],
  source: DiskSource | undefined,
  pieceBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of body) {
    if (piece instanceof Uint8Array) yield piece
    else {
      const disk = piece.from ?? source
      if (disk === undefined) throw new Error('a range without a disk')
      for (let start = piece.start; start < piece.end; start += pieceBytes)
        yield await disk.read(start, Math.min(piece.end, start + pieceBytes))
    }
  }
}

/** Cuts the pieces small, and pauses after each. */
async function* letDrip(
  pieces: AsyncIterable<Uint8Array>,
  { pieceBytes, pauseMs }: Drip,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += pieceBytes) {
      yield piece.subarray(start, start + pieceBytes)
      await sleep(pauseMs, undefined, { signal })
    }
  }
}

/** Lets so many bytes through; then ends, or waits and lets the others follow. */
async function* interrupt(
  pieces: AsyncIterable<Uint8Array>,
  interruption: Interruption,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { until } = interruption
  let bytesLeft = interruption.afterBytes
  for await (const piece of pieces) {
    if (piece.length <= bytesLeft) {
      bytesLeft -= piece.length
      yield piece
      continue
    }
    if (bytesLeft > 0) yield piece.subarray(0, bytesLeft)
    interruption.onReached?.()
    if (until === 'reset') return
    await Promise.race([until, aborted(signal)])
    yield piece.subarray(bytesLeft)
    bytesLeft = Infinity
  }
}

function compress(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(pieces), createGzip(), () => {
    // An error destroys the last stream, and so reaches whoever reads it.
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason as Error)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}
