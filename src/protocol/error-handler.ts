import { transferHandlers } from 'comlink'
import type { TransferHandler } from 'comlink'
import { DiskCacheError, isDiskCacheError } from '../core/errors.ts'
import type { DiskCacheErrorCode, DiskCacheErrorDetails } from '../core/errors.ts'

/** An error as it crosses threads. */
export interface SerializedError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: DiskCacheErrorCode
  readonly details?: DiskCacheErrorDetails
  readonly cause?: SerializedError
}

interface Thrown {
  readonly value: unknown
}

type SerializedThrown =
  | { readonly isError: true; readonly value: SerializedError }
  | { readonly isError: false; readonly value: unknown }

/** Turns an error and its chain of causes into plain data. */
export function serializeError(error: Error, depth = 4): SerializedError {
  const { name, message, stack, cause } = error
  return {
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(isDiskCacheError(error) ? { code: error.code, details: error.details } : {}),
    ...(cause instanceof Error && depth > 0 ? { cause: serializeError(cause, depth - 1) } : {}),
  }
}

/** Makes an error out of what {@link serializeError} made: a `DiskCacheError` if it was one. */
export function deserializeError({
  name,
  message,
  stack,
  code,
  details,
  cause,
}: SerializedError): Error {
  const inner = cause === undefined ? undefined : deserializeError(cause)
  const error =
    code === undefined
      ? Object.assign(new Error(message, inner && { cause: inner }), { name })
      : new DiskCacheError(code, message, { ...(details && { details }), cause: inner })
  return stack === undefined ? error : Object.assign(error, { stack })
}

/**
 * Replaces Comlink's handler for thrown values, which drops everything of an error but name, message and
 * stack: here code, details and cause survive. Other thrown values pass as before.
 */
export function installErrorHandler(): void {
  const known = transferHandlers.get('throw')
  const handler: TransferHandler<Thrown, SerializedThrown> = {
    canHandle: (value): value is Thrown => known?.canHandle(value) ?? false,
    serialize({ value }) {
      return [
        value instanceof Error
          ? { isError: true, value: serializeError(value) }
          : { isError: false, value },
        [],
      ]
    },
    deserialize(serialized) {
      throw serialized.isError ? deserializeError(serialized.value) : serialized.value
    },
  }
  transferHandlers.set('throw', handler)
}
