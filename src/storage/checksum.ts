import { checksumBytes } from './catalog-schema.ts'

/** The first 8 bytes of a chunk's SHA-256: small enough to keep by the thousand, and computed off-thread. */
export async function computeChecksum(bytes: BufferSource): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes), 0, checksumBytes)
}
