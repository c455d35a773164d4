import { DiskCacheError } from '../core/errors.ts'
import { serializeError } from '../protocol/error-handler.ts'
import { idempotentCalls } from '../protocol/worker-api.ts'

/** A message of Comlink, as far as it is looked into. */
export interface CallPayload {
  readonly id: string
  /** The names that lead to the function: one, in our API. */
  readonly path?: readonly string[]
}

/** A call that has not been answered. */
export interface PendingCall {
  readonly payload: CallPayload
  /** The Web Lock of the worker that has accepted it. */
  lock?: string
  /** Runs until it is accepted. */
  timer?: ReturnType<typeof setTimeout>
  /** How often it has been sent. */
  sent: number
}

/** A call is sent this often at the most, if it may be sent again at all. */
const maxSends = 5

/** The first call of all is given up earlier: a worker without sectorcache never answers. */
const maxHellos = 2

/** The function that a call is for. */
export function methodOf({ path }: CallPayload): string {
  return path?.join('.') ?? ''
}

/** Whether a call may be sent again, its worker having died or never answered. */
export function mayResend({ payload, sent }: PendingCall): boolean {
  const method = methodOf(payload)
  return sent < (method === 'hello' ? maxHellos : maxSends) && idempotentCalls.has(method)
}

/** The reply by which Comlink rejects a call with `error`. */
export function rejectionOf(payload: CallPayload, error: DiskCacheError): unknown {
  return {
    id: payload.id,
    type: 'HANDLER',
    name: 'throw',
    value: { isError: true, value: serializeError(error) },
  }
}

/** The worker has died in the middle of a call that may not be sent again, or does not answer at all. */
export function workerTimeout(payload: CallPayload): DiskCacheError {
  const method = methodOf(payload)
  return new DiskCacheError(
    'worker-timeout',
    `The service worker was stopped in the middle of "${method}", or does not answer. Whether it took ` +
      'effect is not known: look at status().',
    { details: { method } },
  )
}
