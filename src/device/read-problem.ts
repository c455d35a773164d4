import { DiskCacheError, diskCacheErrorCodes } from '../core/errors.ts'
import type { DiskCacheErrorCode } from '../core/errors.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { problemContentType } from '../core/problem.ts'
import type { Problem } from '../core/problem.ts'

/**
 * The error that the worker tells in the body of a 502, 503 or 504.
 *
 * @returns `undefined` when the response is no problem document of ours.
 */
export async function readProblem(
  response: Response,
  { url, range }: { url: string; range: ByteRange },
): Promise<DiskCacheError | undefined> {
  if (response.headers.get('content-type')?.startsWith(problemContentType) !== true)
    return undefined
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
  if (!isCode(problem.code)) return undefined
  const message = problem.detail ?? problem.title ?? problem.code
  return new DiskCacheError(problem.code, message, {
    details: { url, range, status: response.status },
  })
}

function isCode(value: unknown): value is DiskCacheErrorCode {
  return diskCacheErrorCodes.includes(value as DiskCacheErrorCode)
}
