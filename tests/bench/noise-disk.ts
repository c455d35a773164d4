import { createHash } from 'node:crypto'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'

const MiB = 2 ** 20

/** Two MiB that do not compress, and of which no sector is zero; the same on every machine. */
const noise = Buffer.concat(
  Array.from({ length: (2 * MiB) / 32 }, (_, at) => createHash('sha256').update(`${at}`).digest()),
)

/** No two blocks of this length are equal, of one disk or of several: what is stored once already would cost nothing. */
const stampedBytes = 4096

/**
 * A disk that costs its server little: each MiB of it is a piece of the same noise, begun elsewhere, and each 4 KiB begin with a stamp.
 *
 * @param name - makes its entity tag, and its stamps
 * @param sizeBytes - any multiple of 1 MiB
 */
export function createNoiseDisk(name: string, sizeBytes: number): DiskSource {
  const stamp = createHash('sha256').update(name).digest().subarray(0, 16)
  return {
    size: sizeBytes,
    etag: `"noise-${name}-${sizeBytes}"`,
    lastModified: new Date('2024-01-01T00:00:00Z'),
    read(start, end) {
      const parts: Buffer[] = []
      for (let at = start; at < end; at = nextMiB(at)) {
        parts.push(piece(at, Math.min(end, nextMiB(at))))
      }
      const bytes = Buffer.concat(parts)
      putStamps(bytes, { stamp, start })
      return bytes
    },
  }
}

function nextMiB(at: number): number {
  return (Math.floor(at / MiB) + 1) * MiB
}

/** Puts the stamps of all blocks into bytes that begin at `start` of the disk. */
function putStamps(
  bytes: Buffer,
  { stamp, start }: { readonly stamp: Buffer; readonly start: number },
): void {
  const own = Buffer.from(stamp)
  const first = Math.floor(start / stampedBytes)
  for (let block = first; block * stampedBytes < start + bytes.length; block++) {
    own.writeUInt32LE(block)
    const at = block * stampedBytes - start
    own.subarray(Math.max(-at, 0)).copy(bytes, Math.max(at, 0))
  }
}

/** Bytes `[start, end)` of the noise, which lie in one MiB: no copy. */
function piece(start: number, end: number): Buffer {
  const index = Math.floor(start / MiB)
  const shift = (index * 7919) % MiB
  return noise.subarray(shift + (start % MiB), shift + end - index * MiB)
}
