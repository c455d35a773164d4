/** The whole body; `undefined`, and no more of it read, if it is longer than `maxBytes`. */
export async function readUpTo(
  { body }: Pick<Response, 'body'>,
  maxBytes: number,
): Promise<Blob | undefined> {
  const reader = body?.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let length = 0; ;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done || value === undefined) return new Blob(parts)
    length += value.byteLength
    if (length > maxBytes) {
      await reader?.cancel()
      return undefined
    }
    parts.push(value)
  }
}
