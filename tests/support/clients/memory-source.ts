import type { DiskSource } from '../../../src/demo/server/disk-source.ts'
import { sha256Of } from './sha256-of.ts'

/** What a file in memory is served as. */
export interface MemoryFile {
  /** @default 'application/octet-stream' */
  readonly contentType?: string
}

/** Serves bytes as a file that is an hour old and has the digest of its content as a strong ETag. */
export function createMemorySource(
  bytes: Uint8Array,
  { contentType = 'application/octet-stream' }: MemoryFile = {},
): DiskSource {
  return {
    size: bytes.byteLength,
    etag: `"${sha256Of(bytes).slice(0, 32)}"`,
    lastModified: new Date(Date.now() - 3_600_000),
    contentType,
    read: (start, end) => bytes.subarray(start, end),
  }
}
