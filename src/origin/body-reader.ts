import { freeBytes } from '../core/free-bytes.ts'

/** As much as one read brings at the most: what Chromium hands over at a time. */
const pieceBytes = 64 * 1024

/** Reads a body, piece by piece. */
export interface BodyReader {
  /**
   * The next bytes; `undefined` at the end. They are valid until the next call: whoever needs them longer copies them.
   *
   * @throws what the body fails with.
   */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Gives up the rest. */
  cancel(reason?: unknown): Promise<void>
}

/**
 * Makes the reader of a body. All of it is read into the same memory, where the body is a byte stream: that of `fetch()` is one
 * by its standard, and in Chromium. Others are read as they come.
 *
 * @param length - of the body, in bytes, as it was promised.
 */
export function readBody(body: ReadableStream<Uint8Array>, length: number): BodyReader {
  // One byte too many shows at once, before the others are taken for the disk's.
  return readInPlace(body, Math.min(pieceBytes, length + 1)) ?? readAsItComes(body)
}

function readInPlace(body: ReadableStream<Uint8Array>, size: number): BodyReader | undefined {
  const reader = inPlaceReaderOf(body)
  if (reader === undefined) return undefined
  let buffer = new ArrayBuffer(size)
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(buffer))
      // The memory comes back with what was read into it.
      if (value !== undefined) ({ buffer } = value)
      if (!done) return value
      if (value !== undefined) freeBytes(value)
      return undefined
    },
    cancel: (reason) => reader.cancel(reason),
  }
}

function inPlaceReaderOf(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    // The body is no byte stream.
    return undefined
  }
}

function readAsItComes(body: ReadableStream<Uint8Array>): BodyReader {
  const reader = (body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader()
  return {
    async read() {
      const { value } = await reader.read()
      return value
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
