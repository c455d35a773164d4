import { parseContentRange } from '../core/content-range.ts'
import { DiskCacheError } from '../core/errors.ts'
import { readValidator } from '../core/generation-identity.ts'
import type { DiskReader, SeenResponse } from './disk-reader.ts'

/**
 * Lets a request through to the network, untouched.
 *
 * @throws {DiskCacheError} `origin-unreachable` where the network fails.
 */
export async function letThrough(request: Request, url: string): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    throw new DiskCacheError(
      'origin-unreachable',
      `${url} cannot be reached, and what is wanted is not stored.`,
      { details: { url }, cause },
    )
  }
}

/**
 * Takes note of the version that a client gets past the store.
 *
 * @throws {DiskCacheError} `disk-changed` if the client reads another one; the response is cancelled then.
 */
export async function admitResponse(
  response: Response,
  clientId: string,
  reader: DiskReader,
): Promise<void> {
  if (response.status !== 200 && response.status !== 206) return
  try {
    await reader.admit(clientId, seenIn(response))
  } catch (error) {
    await response.body?.cancel()
    throw error
  }
}

function seenIn({ status, headers }: Response): SeenResponse {
  const length = headers.get('content-length')
  const wholeBytes = length === null || headers.has('content-encoding') ? undefined : Number(length)
  const sizeBytes =
    status === 206 ? parseContentRange(headers.get('content-range'))?.sizeBytes : wholeBytes
  return { validator: readValidator(headers), sizeBytes }
}
