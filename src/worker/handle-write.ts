import { toDiskCacheError } from '../core/errors.ts'
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
  // A body can be sent only once, and what the write needs to say is not what a read does.
  const access = { ...accessOf(request, lifetime), fields: {}, use: 'default' } as const
  const response = await fetch(request)
  // A response that is opaque does not tell whether it succeeded.
  const mayHaveWritten = response.ok || response.redirected || response.type.startsWith('opaque')
  if (!mayHaveWritten) return response
  try {
    await reader.noteWrite(event.clientId, access)
  } catch (error) {
    const { code, message } = toDiskCacheError(error, 'storage-failed', 'A write was not noted')
    ports.context.log.emit({ type: 'problem', code, message, url: reader.url })
  }
  return response
}
