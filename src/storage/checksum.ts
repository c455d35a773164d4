import { checksumBytes } from './catalog-schema.ts'

/** Whether `data` can be read and has this checksum. */
export async function hasChecksum(data: Blob, checksum: Uint8Array): Promise<boolean> {
  const buffer = await data.arrayBuffer().catch(() => undefined)
  if (buffer === undefined) return false
  const actual = await computeChecksum(buffer)
  return actual.every((byte, at) => byte === checksum[at])
}

/** The first 8 bytes of a chunk's SHA-256: small enough to keep by the thousand, and computed off-thread. */
export async function computeChecksum(bytes: BufferSource): Promise<Uint8Array> {
  return checksumOfDigest(await computeDigest(bytes))
}

/** A chunk's SHA-256. */
export function computeDigest(bytes: BufferSource): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', bytes)
}

/** The checksum of data with this SHA-256. */
export function checksumOfDigest(digest: ArrayBuffer): Uint8Array {
  return new Uint8Array(digest, 0, checksumBytes)
}
