import type { ByteRange } from '../core/byte-range.ts'
import { DiskCacheError } from '../core/errors.ts'

/** The URL that a page named is not a disk of this worker. */
export function noSuchDisk(url: string): DiskCacheError {
  return new DiskCacheError(
    'no-such-disk',
    `${url} matches no pattern of "disks". Add its pattern to the option, or check the URL.`,
    { details: { url } },
  )
}

/** The request wants what is stored, and nothing else (RFC 9111 section 5.2.1.7). */
export function notStored(url: string): DiskCacheError {
  return new DiskCacheError(
    'origin-unreachable',
    `${url} was asked for with "only-if-cached", and what is wanted is not stored. Prefetch it, or ask without.`,
    { details: { url, onlyIfCached: true } },
  )
}

/** There is nothing to switch to. */
export function nothingWaits(url: string): DiskCacheError {
  return new DiskCacheError(
    'no-such-disk',
    `No other version of ${url} is waiting. Call update() first: it asks the origin for one.`,
    { details: { url } },
  )
}

/** The client began with another version than there is now. */
export function diskChanged(url: string): DiskCacheError {
  return new DiskCacheError(
    'disk-changed',
    `${url} is not the version any more that this page began to read. Reload the page to read the new one.`,
    { details: { url } },
  )
}

/** The disk can be read, but nothing of it may be kept. */
export function notStorable(url: string, reason: string): DiskCacheError {
  return new DiskCacheError('origin-bad-response', `${url} may not be stored: ${reason}.`, {
    details: { url },
  })
}

/**
 * Checks the ranges that a page names.
 *
 * @throws {DiskCacheError} `invalid-range` unless each has `0 <= start < end`, both safe integers.
 */
export function assertRanges(ranges: readonly ByteRange[] | undefined): void {
  for (const range of ranges ?? []) {
    const { start, end } = range
    if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end) {
      continue
    }
    throw new DiskCacheError(
      'invalid-range',
      `{ start: ${start}, end: ${end} } is no byte range: both must be whole numbers, with 0 <= start < end.`,
      { details: { range } },
    )
  }
}
