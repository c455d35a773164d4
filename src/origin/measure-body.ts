/** The longest body of unknown length that is read just to learn its length. */
export const maxUnknownLengthBytes: number = 64 * 1024 * 1024

/**
 * Reads a body whose length nobody told.
 *
 * @returns `undefined`, with the rest cancelled, when it is longer than {@link maxUnknownLengthBytes}.
 */
export async function measureBody(response: Response): Promise<Blob | undefined> {
  const reader = response.body?.getReader()
  if (reader === undefined) return new Blob([])
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Blob(parts)
    length += value.byteLength
    if (length > maxUnknownLengthBytes) {
      await reader.cancel()
      return undefined
    }
    parts.push(value)
  }
}
