import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import { chunksPerPage, digestBytes } from './catalog-schema.ts'
import type { ChunkFacts } from './chunk-store.ts'

/**
 * Compares chunks with what a manifest promises of their page.
 *
 * @param hashes - a record of `hashes`.
 * @throws {DiskCacheError} `integrity-failed`, with those that differ as `details.chunks`.
 */
export function assertPromised(
  chunks: readonly Pick<ChunkFacts, 'index' | 'digest'>[],
  hashes: Uint8Array,
): void {
  const altered = chunks.filter(({ index, digest }) => {
    const promised = promisedHash(hashes, index)
    return promised !== undefined && !isEqual(promised, new Uint8Array(digest))
  })
  if (altered.length === 0) return
  const indices = altered.map(({ index }) => index)
  throw new DiskCacheError(
    'integrity-failed',
    `Chunks ${indices.join(', ')} are not what the manifest of the disk promises: they are not stored. Check that ` +
      'disk and manifest are of one version, then call invalidate() and update().',
    { details: { chunks: indices } },
  )
}

/** The hash that is promised for a chunk, on its page; `undefined` if there is none. */
export function promisedHash(hashes: Uint8Array, index: number): Uint8Array | undefined {
  const at = (index % chunksPerPage) * digestBytes
  const hash = hashes.subarray(at, at + digestBytes)
  return hash.some((byte) => byte !== 0) ? hash : undefined
}

/** The chunks that an `integrity-failed` names; `undefined` for other errors. */
export function alteredChunks(error: unknown): ReadonlySet<number> | undefined {
  const isIntegrity = isDiskCacheError(error) && error.code === 'integrity-failed'
  return isIntegrity ? new Set(error.details['chunks'] as readonly number[]) : undefined
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
