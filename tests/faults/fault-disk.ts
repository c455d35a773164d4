import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { makeContent } from '../random/disk-content.ts'

/**
 * The disk that fault suites read: its last chunk is short, and every third chunk is all zero. Every second one is the same in
 * all versions, unless it is zero, so that they share data.
 */
export const faultDisk = {
  name: 'faults.img',
  url: '/disks/faults.img',
  sizeBytes: 6 * 2 ** 20 + 1000,
  chunkSize: 64 * 1024,
} as const

/** The content of a version, the same here and in the page. */
export function faultContent(version: number): Uint8Array {
  const { sizeBytes, chunkSize } = faultDisk
  const bytes = makeContent({ version, sizeBytes, zeroBytes: chunkSize })
  for (let chunk = 1; chunk * chunkSize < sizeBytes; chunk += 2) {
    // The zeroes of a version stay.
    if (chunk % 3 === version % 3) continue
    const start = chunk * chunkSize
    bytes.set(sameInAll.subarray(start, Math.min(start + chunkSize, sizeBytes)), start)
  }
  return bytes
}

const sameInAll = makeContent({ version: 0, sizeBytes: faultDisk.sizeBytes, zeroBytes: 0 })

/** The ETag of a version. */
export function faultEtag(version: number): string {
  return `"version-${version}"`
}

/** The version of an ETag; NaN if it is none of ours. */
export function versionOfEtag(etag: string | null | undefined): number {
  return Number(/^"version-(\d+)"$/.exec(etag ?? '')?.[1] ?? NaN)
}

/** A version of the disk, as an origin serves it. */
export function faultSource(version: number): DiskSource {
  const bytes = faultContent(version)
  return {
    size: bytes.length,
    etag: faultEtag(version),
    lastModified: new Date(Date.UTC(2024, 0, 1) + version * 60_000),
    read: (start, end) => bytes.subarray(start, end),
  }
}
