import { createHash } from 'node:crypto'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'

const MiB = 2 ** 20

/** Two MiB that do not compress, and of which no sector is zero; the same on every machine. */
const noise = Buffer.concat(
  Array.from({ length: (2 * MiB) / 32 }, (_, at) => createHash('sha256').update(`${at}`).digest()),
)

/**
 * A disk that costs its server next to nothing: each MiB of it is a piece of the same noise, begun elsewhere.
 *
 * @param name - makes its entity tag
 * @param sizeBytes - any multiple of 1 MiB
 */
export function createNoiseDisk(name: string, sizeBytes: number): DiskSource {
  return {
    size: sizeBytes,
    etag: `"noise-${name}-${sizeBytes}"`,
    lastModified: new Date('2024-01-01T00:00:00Z'),
    read(start, end) {
      const parts: Buffer[] = []
      for (let at = start; at < end; at = nextMiB(at)) {
        parts.push(piece(at, Math.min(end, nextMiB(at))))
      }
      return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
    },
  }
}

function nextMiB(at: number): number {
  return (Math.floor(at / MiB) + 1) * MiB
}

/** Bytes `[start, end)` of the disk, which lie in one MiB: no copy. */
function piece(start: number, end: number): Buffer {
  const index = Math.floor(start / MiB)
  const shift = (index * 7919) % MiB
  return noise.subarray(shift + (start % MiB), shift + end - index * MiB)
}
