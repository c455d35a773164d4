import { isDiskCacheError } from '../core/errors.ts'
import type { SpaceGuard } from './space-guard.ts'

/** Once more when what was given up earlier is deleted, and once more when something is given up. */
const maxTries = 3

/**
 * Writes `bytes` into the store. If the browser has no room for them, some is made, and it is tried again.
 *
 * @param write - must leave nothing behind when it fails.
 * @throws {DiskCacheError} whatever `write` throws.
 */
export async function withRoom<Result>(
  space: Pick<SpaceGuard, 'relieve'>,
  bytes: number,
  write: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await write()
    } catch (error) {
      // Only the browser knows how much room there is, and only now.
      if (!isDiskCacheError(error) || error.code !== 'quota-exceeded') throw error
      if (tries === maxTries || !(await space.relieve(bytes).catch(() => false))) throw error
    }
  }
}
