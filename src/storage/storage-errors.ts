import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'

/** Whether storing failed because there is no room: the only truth about the quota. */
export function isQuotaError(error: unknown): boolean {
  return nameOf(error) === 'QuotaExceededError'
}

/** Whether an operation on the catalog failed for lack of room. */
export function isOutOfRoom(error: unknown): boolean {
  return isDiskCacheError(error) && error.code === 'quota-exceeded'
}

/** Whether a chunk's data is missing or cannot be read: an ordinary miss. */
export function isUnreadable(error: unknown): boolean {
  return ['NotFoundError', 'NotReadableError', 'UnknownError', 'TypeMismatchError'].includes(
    nameOf(error),
  )
}

/** Turns what a browser's storage throws into an error that says what to do. */
export function toStorageError(error: unknown, what: string): DiskCacheError {
  if (isDiskCacheError(error)) return error
  if (isQuotaError(error)) {
    return new DiskCacheError(
      'quota-exceeded',
      `${what}: the browser gives this site no more room. Evict what is not needed, or lower "budget".`,
      { cause: error },
    )
  }
  return new DiskCacheError(
    'storage-failed',
    `${what}: ${error instanceof Error ? error.message : String(error)}. Reading goes on from the ` +
      'network; check that this site may store data, and that the disk is not full.',
    { cause: error },
  )
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : ''
}
