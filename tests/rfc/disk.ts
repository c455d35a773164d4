import type { DiskSource } from '../../src/demo/server/disk-source.ts'

/** Bytes of the disk that most rows read: two chunks of 4 KiB and a short one. */
export const size = 10_000

/** Its entity tag, as the origin sends it. */
export const etag = '"rfc-1"'

/** Its date, as the origin sends it. */
export const lastModified = 'Tue, 03 Mar 2026 10:00:00 GMT'

/** What may differ from the plain disk. */
export interface RfcDiskOptions {
  readonly sizeBytes?: number
  /** @default {@link etag}; `null` sends none. */
  readonly etag?: string | null
  /** @default {@link lastModified}; `null` sends none. */
  readonly lastModified?: string | null
  /** Another number gives other bytes. @default 1 */
  readonly version?: number
}

/** A disk of which no two neighbouring bytes, chunks or versions are alike. */
export function createRfcDisk(options: RfcDiskOptions = {}): DiskSource {
  const { sizeBytes = size, version = 1 } = options
  const tag = options.etag === undefined ? etag : options.etag
  const date = options.lastModified === undefined ? lastModified : options.lastModified
  return {
    size: sizeBytes,
    etag: tag ?? undefined,
    lastModified: date === null ? undefined : new Date(date),
    contentType: 'application/x-rfc',
    read: (start, end) =>
      Uint8Array.from({ length: end - start }, (_, at) => byteAt(start + at, version)),
  }
}

function byteAt(offset: number, version: number): number {
  return (offset * 31 + (offset >> 8) * 7 + version * 101) & 0xff
}
