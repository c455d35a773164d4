import { isDiskCacheError } from '../core/errors.ts'
import { isRetryableStatus } from '../core/retry-policy.ts'

/** Whether it merely could not be found out what the origin has: what is stored may be as good as ever. */
export function isOutOfReach(error: unknown): boolean {
  if (!isDiskCacheError(error)) return false
  if (error.code === 'origin-unreachable' || error.code === 'storage-failed') return true
  return error.code === 'origin-status' && isRetryableStatus(Number(error.details.status))
}
