import { DiskCacheError } from './errors.ts'

/**
 * Checks how many origin requests somebody wants at a time.
 *
 * @throws {DiskCacheError} `invalid-option` unless it is a whole number from 1 to 32.
 */
export function assertConcurrency(concurrency: number): void {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 32) return
  throw new DiskCacheError(
    'invalid-option',
    `The option "concurrency" is ${concurrency}, but must be a whole number from 1 to 32.`,
    { details: { option: 'concurrency', value: concurrency } },
  )
}
