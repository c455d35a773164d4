import type { ByteRange } from '../core/byte-range.ts'
import { DiskCacheError } from '../core/errors.ts'

interface Asked {
  readonly url: string
  readonly range: ByteRange
}

/** Nobody wants the rest of a download any more. */
export function abortedError({ url, range }: Asked, cause: unknown): DiskCacheError {
  return new DiskCacheError('aborted', `Reading ${url} was aborted.`, {
    details: { url, range },
    cause,
  })
}

/** The origin sent no byte for `timeoutMs` milliseconds. */
export function timeoutError(
  { url, range, timeoutMs }: Asked & { readonly timeoutMs: number },
  cause: unknown,
): DiskCacheError {
  return new DiskCacheError(
    'origin-unreachable',
    `The origin of ${url} sent nothing for ${timeoutMs / 1000} s. Raise the option "timeout" if it is ` +
      'known to be that slow.',
    { details: { url, range, timedOut: true }, cause },
  )
}
