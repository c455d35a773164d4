import { isDiskCacheError } from '../core/errors.ts'
import type { DiskCacheError } from '../core/errors.ts'

/** Whether storage failed, or had no room. */
export function isStorageError(error: unknown): error is DiskCacheError {
  return isDiskCacheError(error) && ['storage-failed', 'quota-exceeded'].includes(error.code)
}
