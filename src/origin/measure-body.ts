import { cutShort } from './cut-short.ts'
import type { OriginRequest } from './chunk-source.ts'

/** The longest body of unknown length that is read just to learn its length. */
export const maxUnknownLengthBytes: number = 64 * 1024 * 1024

/**
 * Reads a body whose length nobody told.
 *
 * @returns `undefined`, with the rest cancelled, when it is longer than {@link maxUnknownLengthBytes}.
 * @throws {DiskCacheError} `origin-unreachable` when the connection breaks off.
 */
export async function measureBody(
  response: Response,
  request: Pick<OriginRequest, 'url' | 'range' | 'onProgress'>,
): Promise<Blob | undefined> {
  const reader = response.body?.getReader()
  if (reader === undefined) return new Blob([])
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw cutShort(request, cause)
    })
    if (done) return new Blob(parts)
    request.onProgress?.()
    length += value.byteLength
    if (length > maxUnknownLengthBytes) {
      await reader.cancel()
      return undefined
    }
    parts.push(value)
  }
}
