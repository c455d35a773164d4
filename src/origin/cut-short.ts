import type { ByteRange } from '../core/byte-range.ts'
import { DiskCacheError } from '../core/errors.ts'

/** The connection broke off after the headers: worth another attempt. */
export function cutShort(
  { url, range }: { url: string; range: ByteRange },
  cause?: unknown,
): DiskCacheError {
  return new DiskCacheError(
    'origin-unreachable',
    `The connection to the origin of ${url} broke off in the middle of an answer.`,
    { details: { url, range }, cause },
  )
}
