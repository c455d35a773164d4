import type { DiskSource } from '../../src/demo/server/disk-source.ts'

/** A disk whose chunks are put together from pieces, each of one MiB. */
export function diskOfPieces(
  etag: string,
  pieces: readonly (Uint8Array<ArrayBuffer> | undefined)[],
): DiskSource {
  const parts = pieces.map((piece) => piece ?? new Uint8Array(2 ** 20))
  const bytes = Buffer.concat(parts)
  return {
    size: bytes.byteLength,
    etag,
    lastModified: undefined,
    read: (start, end) => bytes.subarray(start, end),
  }
}

/** A MiB that is like no other: every 512 bytes of it differ. */
export function makePiece(seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(2 ** 18)
  let state = seed * 2_654_435_761 + 1
  for (let at = 0; at < words.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    words[at] = state
  }
  return new Uint8Array(words.buffer)
}

/** A manifest, as it is served. */
export interface Manifest extends Readonly<Record<string, unknown>> {
  readonly chunks: readonly { readonly size: number; readonly sha256: string }[]
}

/** The manifest of a disk. */
export async function manifestOf(source: DiskSource, chunkSize = 2 ** 20): Promise<Manifest> {
  const chunks: { size: number; sha256: string }[] = []
  for (let start = 0; start < source.size; start += chunkSize) {
    const bytes = await source.read(start, Math.min(start + chunkSize, source.size))
    const hash = await crypto.subtle.digest('SHA-256', bytes.slice())
    chunks.push({ size: bytes.byteLength, sha256: Buffer.from(hash).toString('hex') })
  }
  return {
    schema: 'aero.chunked-disk-image.v1',
    imageId: 'disk',
    version: '1',
    mimeType: 'application/octet-stream',
    totalSize: source.size,
    chunkSize,
    chunkCount: chunks.length,
    chunkIndexWidth: 8,
    chunks,
  }
}

/** A file of JSON, or of any text, as an origin of disks serves it. */
export function fileOf(content: unknown): DiskSource {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const bytes = new TextEncoder().encode(text)
  return {
    size: bytes.byteLength,
    etag: undefined,
    lastModified: undefined,
    contentType: 'application/json',
    read: (start, end) => bytes.subarray(start, end),
  }
}
