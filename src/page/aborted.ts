import { DiskCacheError } from '../core/errors.ts'

/** What a call rejects with that was given up by the page itself. */
export function aborted(what: string, cause?: unknown): DiskCacheError {
  return new DiskCacheError('aborted', `${what} was aborted. What had been stored stays stored.`, {
    cause,
  })
}

/** Settles as `work` does, unless `signal` is aborted first: then rejects with `aborted` at once. */
export async function unlessAborted<Result>(
  work: Promise<Result>,
  { signal, what }: { signal: AbortSignal | undefined; what: string },
): Promise<Result> {
  if (signal === undefined) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(aborted(what, signal.reason))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([promise, work])
  } finally {
    signal.removeEventListener('abort', stop)
    promise.catch(() => undefined)
    work.catch(() => undefined)
  }
}
