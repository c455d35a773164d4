/**
 * How long nobody must have read before the rest of a chunk is fetched, in milliseconds: not at all where the link
 * carries the whole chunk during its delay.
 */
export function restDelayMs(chunkBytes: number, runBytes: number): number {
  return chunkBytes <= runBytes ? 0 : 250
}

/** How many bytes of chunks' rests one request may bring: a reader who comes meanwhile waits for that at the most. */
export function restRequestBytes(runBytes: number): number {
  return Math.max(64 * 1024, runBytes)
}
