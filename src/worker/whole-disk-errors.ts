import type { DiskCacheError } from '../core/errors.ts'
import { badResponse } from '../origin/check-response.ts'
import type { StoredGeneration } from '../storage/stored-generation.ts'

/**
 * An origin that ignores ranges sends the whole disk.
 *
 * @throws {DiskCacheError} `origin-bad-response` if that is more than may be stored.
 */
export function assertFits(generation: StoredGeneration, budgetBytes: number): void {
  if (generation.grid.sizeBytes <= budgetBytes) return
  throw of(
    generation,
    'ignores ranges, and the whole file does not fit into the budget. Serve the disk from a server ' +
      'that answers Range requests, or raise "budget"',
  )
}

/** The origin's answer ended well, but bytes of it are missing. */
export function sentTooLittle(generation: StoredGeneration): DiskCacheError {
  return of(generation, 'sent less than was asked for')
}

function of({ grid, record }: StoredGeneration, what: string): DiskCacheError {
  return badResponse({ url: record.url, range: { start: 0, end: grid.sizeBytes } }, what)
}
