import { parseContentRange } from '../core/content-range.ts'
import { DiskCacheError } from '../core/errors.ts'
import { parseRangeHeader } from '../core/range-header.ts'
import { resolveRanges } from '../core/resolve-ranges.ts'
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
 * Refuses a 404, 410 or 416 to a request for bytes that exist: v86 hangs for good on those, and tries again on a 5xx.
 *
 * @param sizeBytes - of the disk, if it is known and the response does not tell it.
 * @throws {DiskCacheError} `origin-status`; the response is cancelled then.
 */
export async function refuseMissing(
  response: Response,
  { method, headers, url }: Request,
  sizeBytes: number | undefined,
): Promise<void> {
  const { status } = response
  const specs = method === 'GET' ? parseRangeHeader(headers.get('range')) : undefined
  if (specs === undefined || (status !== 404 && status !== 410 && status !== 416)) return
  const told = parseContentRange(response.headers.get('content-range'))?.sizeBytes ?? sizeBytes
  const isBeyondEnd = told === undefined || resolveRanges(specs, told).length === 0
  if (status === 416 && isBeyondEnd) return
  await response.body?.cancel()
  throw new DiskCacheError(
    'origin-status',
    `The origin of ${url} answered ${status} to a request for bytes that exist. Check that the file is there.`,
    { details: { url, status } },
  )
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
