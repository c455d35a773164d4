import { createTarDecoder } from 'modern-tar'
import { badArchive } from '../core/archive-format.ts'
import { isDiskCacheError } from '../core/errors.ts'
import type { DiskCacheError } from '../core/errors.ts'

/** One file of an archive. */
export interface ArchiveEntry {
  readonly name: string
  /** Length in bytes, as the archive says. */
  readonly size: number
  /**
   * Reads it; to be called once, before the next entry is asked for.
   *
   * @param maxBytes - more is refused, before it is read.
   * @throws {DiskCacheError} `integrity-failed`
   */
  read(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>
}

/**
 * The entries of a tar archive, in order. Whoever wrote it is not trusted: nothing is held but the entry that is read.
 *
 * @param options - `onRead` hears of every piece of `stream`, in bytes.
 * @throws {DiskCacheError} `integrity-failed` where it is cut short, or no archive; errors of `stream` itself as they are.
 */
export async function* readEntries(
  stream: ReadableStream<Uint8Array>,
  {
    signal,
    onRead = () => undefined,
  }: { signal?: AbortSignal | undefined; onRead?: (bytes: number) => void } = {},
): AsyncGenerator<ArchiveEntry> {
  // A stream that fails, and an archive that ends too early, look alike behind the decoder.
  let streamError: { readonly error: unknown } | undefined
  const watched = watch(stream, { onRead, onError: (error) => (streamError = { error }) })
  const decoder = createTarDecoder({ strict: true })
  const piping = watched.pipeTo(decoder.writable, signal && { signal })
  piping.catch(() => undefined)
  const reader = decoder.readable.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const { name, size } = value.header
      yield {
        name,
        size,
        read: (maxBytes) =>
          readBody(value.body, { name, size, maxBytes }).catch((error: unknown) => {
            throw whatFailed(error)
          }),
      }
    }
    await piping
  } catch (error) {
    throw whatFailed(error)
  } finally {
    await reader.cancel().catch(() => undefined)
  }

  function whatFailed(error: unknown): unknown {
    if (signal?.aborted === true) return signal.reason
    if (streamError !== undefined) return streamError.error
    return isDiskCacheError(error) ? error : notTar(error)
  }
}

function notTar(error: unknown): DiskCacheError {
  const reason = error instanceof Error ? error.message : String(error)
  return badArchive(`it is cut short, or damaged, or no archive at all (${reason})`)
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  { name, size, maxBytes }: { name: string; size: number; maxBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  if (size > maxBytes) throw badArchive(`its entry "${name}" is ${size} bytes long`)
  const bytes = new Uint8Array(size)
  const reader = body.getReader()
  let filled = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes.set(value, filled)
    filled += value.byteLength
  }
  if (filled < size) throw badArchive(`it ends in the middle of "${name}"`)
  return bytes
}

function watch(
  stream: ReadableStream<Uint8Array>,
  { onRead, onError }: { onRead: (bytes: number) => void; onError: (error: unknown) => void },
): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else {
          onRead(value.byteLength)
          controller.enqueue(value)
        }
      } catch (error) {
        onError(error)
        controller.error(error)
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
