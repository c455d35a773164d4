import { isDiskCacheError } from '../core/errors.ts'
import type { SpaceGuard } from './space-guard.ts'

/** More than a record of the catalog takes. */
export const recordBytes: number = 64 * 1024

/**
 * Writes `bytes` into the store. If the browser has no room for them, something is given up, and it is tried once more.
 *
 * @param write - must leave nothing behind when it fails.
 * @throws {DiskCacheError} whatever `write` throws.
 */
export async function withRoom<Result>(
  space: Pick<SpaceGuard, 'relieve'>,
  bytes: number,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    // Only the browser knows how much room there is, and only now.
    if (!isDiskCacheError(error) || error.code !== 'quota-exceeded') throw error
    if (!(await space.relieve(bytes).catch(() => false))) throw error
    return write()
  }
}
