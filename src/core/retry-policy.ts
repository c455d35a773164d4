import { parseHttpDate } from './http-date.ts'

/** How often and how long to try again. */
export interface RetryPolicy {
  /** How many times to ask at the most, the first one included. */
  readonly attempts: number
  /** The longest wait before the first repetition; doubles with each. */
  readonly baseDelayMs: number
  /** No single wait is longer, `Retry-After` included. */
  readonly maxDelayMs: number
}

/** Four attempts within about three seconds: below that, v86's own repetition (1 s and up) takes over. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 4,
  baseDelayMs: 250,
  maxDelayMs: 5_000,
}

/** Statuses that may pass by themselves: worth another attempt. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

/**
 * How long to wait before asking again, or `undefined` to give up. Exponential with full jitter,
 * so that many readers do not come back in step; `Retry-After` is a lower bound.
 *
 * @param attempt - how many attempts have failed so far, from 1.
 * @param random - a number in [0, 1).
 * @param retryAfterMs - what the origin asked for; longer than the policy's maximum: give up, since
 * the reader will be gone.
 */
export function nextRetryDelayMs(
  policy: RetryPolicy,
  { attempt, random, retryAfterMs = 0 }: { attempt: number; random: number; retryAfterMs?: number },
): number | undefined {
  if (attempt >= policy.attempts || retryAfterMs > policy.maxDelayMs) return undefined
  const ceilingMs = Math.min(policy.baseDelayMs * 2 ** (attempt - 1), policy.maxDelayMs)
  return Math.max(retryAfterMs, ceilingMs * random)
}

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3), seconds or a date, as milliseconds from `nowMs`.
 *
 * @returns 0 when it is absent, malformed or past.
 */
export function parseRetryAfterMs(value: string | null, nowMs: number): number {
  if (value === null) return 0
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
  const date = parseHttpDate(value)
  return Number.isNaN(date) ? 0 : Math.max(0, date - nowMs)
}
