import { describeRange } from '../core/byte-range.ts'
import { parseContentRange } from '../core/content-range.ts'
import { DiskCacheError } from '../core/errors.ts'
import {
  identityKey,
  ifRangeFor,
  isSameValidator,
  readValidator,
} from '../core/generation-identity.ts'
import type { Validator } from '../core/generation-identity.ts'
import { parseRetryAfterMs } from '../core/retry-policy.ts'
import { badResponse, checkPartialResponse, checkWholeResponse } from './check-response.ts'
import type { CheckedResponse } from './check-response.ts'
import type { ChunkSource, OriginRequest, OriginResponse } from './chunk-source.ts'
import { DiskChangedError } from './disk-changed-error.ts'
import { fetchFromOrigin } from './fetch-from-origin.ts'
import { keepHeaders } from './kept-headers.ts'
import { measureBody } from './measure-body.ts'

/**
 * The plainest layout: the disk is one file behind a server that answers range requests.
 *
 * Requests bypass the browser's cache: it would serialise the ranges of one URL, cut bodies short when
 * the content changes, and add an `If-Range` of its own. They are never more than asked for, nor
 * copies of the reader's, which would carry its mode and its cache directives. No `Request` is made of them first: the
 * signal of one is followed by that of `fetch()`, and Node 20 loses an abort where the `Request` was collected meanwhile.
 */
export function createRangedFileSource(): ChunkSource {
  return { open: openRangedFile }
}

async function openRangedFile(request: OriginRequest): Promise<OriginResponse> {
  const response = await send(request)
  try {
    if (response.status === 206) {
      const checked = checkPartialResponse(response, { url: request.url, wanted: request.range })
      return accept(request, response, checked)
    }
    if (response.status === 200) return await acceptWhole(request, response)
    throw response.status === 416
      ? unsatisfiable(request, response)
      : statusError(request, response)
  } catch (error) {
    await response.body?.cancel().catch(() => undefined)
    throw error
  }
}

async function send(request: OriginRequest): Promise<Response> {
  const { url, range, expected, credentials, signal, fields, redirect = 'follow' } = request
  const headers = new Headers(fields)
  // A disk of size 0 has no range that could be asked for.
  if (range.start < range.end) headers.set('Range', `bytes=${range.start}-${range.end - 1}`)
  const ifRange = expected === undefined ? undefined : ifRangeFor(expected.validator)
  if (ifRange !== undefined) headers.set('If-Range', ifRange)
  try {
    return await fetchFromOrigin(url, { headers, credentials, cache: 'no-store', redirect, signal })
  } catch (cause) {
    throw signal.aborted ? signal.reason : unreachable(url, cause)
  }
}

function accept(
  request: OriginRequest,
  response: Response,
  { identity, range }: CheckedResponse,
): OriginResponse {
  const { expected, url } = request
  const headers = keepHeaders(response.headers)
  assertValidator(request, identity.validator)
  if (expected !== undefined && identityKey(expected) !== identityKey(identity)) {
    throw new DiskChangedError(url, identity, headers)
  }
  if (response.body === null && range.start < range.end) {
    throw badResponse(request, 'sent no body')
  }
  const body = response.body ?? new Blob([]).stream()
  return { status: response.status === 206 ? 206 : 200, identity, range, headers, body }
}

async function acceptWhole(request: OriginRequest, response: Response): Promise<OriginResponse> {
  const checked = checkWholeResponse(response, { url: request.url, wanted: request.range })
  if (checked !== undefined) return accept(request, response, checked)
  const validator = readValidator(response.headers)
  assertValidator(request, validator)
  if (request.expected !== undefined && !isSameValidator(request.expected.validator, validator)) {
    throw new DiskChangedError(request.url, { validator }, keepHeaders(response.headers))
  }
  const body = await measureBody(response, request)
  if (body === undefined) {
    throw badResponse(
      request,
      'ignores ranges and does not tell the size of the file, which is over 64 MiB. ' +
        'Serve the disk from a server that answers Range requests',
    )
  }
  const whole = new Response(body, { headers: response.headers })
  const range = { start: 0, end: body.size }
  return accept(request, whole, { identity: { validator, sizeBytes: body.size }, range })
}

/** A validator that is gone tells nothing of the version. */
function assertValidator(request: OriginRequest, { kind }: Validator): void {
  if (kind === 'none' && (request.expected?.validator.kind ?? 'none') !== 'none') {
    throw badResponse(request, 'sent an ETag or a date before, but now neither')
  }
}

function unreachable(url: string, cause: unknown): DiskCacheError {
  return new DiskCacheError(
    'origin-unreachable',
    `${url} cannot be reached: there is no network, the server is down, it compresses what should be a byte ` +
      'range, or it is of another origin and does not allow CORS requests with a Range header.',
    { details: { url }, cause },
  )
}

/** Without `If-Range` this may be all that is seen of a disk that has become shorter. */
function unsatisfiable(request: OriginRequest, response: Response): DiskCacheError {
  const error = statusError(request, response)
  const { sizeBytes } = error.details
  if (request.expected === undefined || typeof sizeBytes !== 'number') return error
  if (sizeBytes === request.expected.sizeBytes) return error
  const found = { validator: readValidator(response.headers), sizeBytes }
  return new DiskChangedError(request.url, found, keepHeaders(response.headers))
}

function statusError(request: OriginRequest, response: Response): DiskCacheError {
  const { url, range } = request
  const { status } = response
  const sizeBytes = parseContentRange(response.headers.get('content-range'))?.sizeBytes
  const retryAfterMs = parseRetryAfterMs(response.headers.get('retry-after'), Date.now())
  return new DiskCacheError(
    'origin-status',
    `The origin of ${url} answered ${status} to a request for ${describeRange(range)}. ` +
      (status === 404 ? 'Check that the file is there.' : 'Check the server.'),
    { details: { url, range, status, sizeBytes, retryAfterMs } },
  )
}
