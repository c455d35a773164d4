import type { RequestFields } from '../core/forwarded-fields.ts'
import { toDiskCacheError } from '../core/errors.ts'
import { fetchFromOrigin } from '../origin/fetch-from-origin.ts'
import type { RequestPorts } from './handle-disk-request.ts'
import { extendEvent } from './lifetime.ts'
import { accessOf } from './request-access.ts'

/** Methods that may change a disk, as far as workbox-routing knows them. */
export const unsafeMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Lets a request that may change a disk through to its origin, and notes it when that succeeded: what is stored
 * must not begin another session before the origin was asked (RFC 9111 section 4.4).
 *
 * Rejects only where the network itself would have.
 */
export async function handleWrite(event: FetchEvent, ports: RequestPorts): Promise<Response> {
  const { request } = event
  const lifetime = extendEvent(event)
  const reader = ports.readerOf(request.url)
  const { fields, ...access } = accessOf(request, lifetime)
  const response = await fetchFromOrigin(request)
  // A response that is opaque does not tell whether it succeeded.
  const mayHaveWritten = response.ok || response.redirected || response.type.startsWith('opaque')
  if (!mayHaveWritten) return response
  try {
    await reader.noteWrite(event.clientId, {
      access: { ...access, fields: withoutContent(fields), use: 'default' },
      // What is posted to a disk's URL may as well be a message.
      isReplacement: request.method !== 'POST',
    })
  } catch (error) {
    const { code, message } = toDiskCacheError(error, 'storage-failed', 'A write was not noted')
    ports.context.log.emit({ type: 'problem', code, message, url: reader.url })
  }
  return response
}

/** The fields that a GET may have too, such as `Authorization`. */
function withoutContent(fields: RequestFields): RequestFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('content-')))
}
