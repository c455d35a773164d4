import { parseContentRange } from '../core/content-range.ts'
import { DiskCacheError } from '../core/errors.ts'
import { forwardedFields } from '../core/forwarded-fields.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { parseRangeHeader } from '../core/range-header.ts'
import { resolveRanges } from '../core/resolve-ranges.ts'
import { isRetryableStatus, parseRetryAfterMs } from '../core/retry-policy.ts'
import { variesBy } from '../core/vary.ts'
import { badResponse } from '../origin/check-response.ts'
import { fetchFromOrigin } from '../origin/fetch-from-origin.ts'
import type { DiskReader } from './disk-reader.ts'
import { seenVersion } from './seen-version.ts'

/**
 * Lets a request through to the network, untouched.
 *
 * @throws {DiskCacheError} `origin-unreachable` where the network fails.
 */
export async function letThrough(request: Request, url: string): Promise<Response> {
  try {
    return await fetchFromOrigin(request)
  } catch (cause) {
    throw new DiskCacheError(
      'origin-unreachable',
      `${url} cannot be reached, and what is wanted is not stored.`,
      { details: { url }, cause },
    )
  }
}

/**
 * Refuses a 404, 410 or 416 to a request for bytes that exist: v86 hangs for good on those, and tries again on a 5xx;
 * a login page in place of a disk; and an origin that is too busy, in whose place the store may answer.
 *
 * @param sizeBytes - of the disk, if it is known and the response does not tell it.
 * @throws {DiskCacheError} `origin-status` or `origin-bad-response`.
 */
export function assertPassable(
  response: Response,
  { method, headers, url }: Request,
  sizeBytes: number | undefined,
): void {
  const { status } = response
  if ((status === 200 || status === 206) && isPage(response)) {
    const range = { start: 0, end: sizeBytes ?? 0 }
    throw badResponse({ url, range }, 'answers with an HTML page, as a login page does')
  }
  const specs = method === 'GET' ? parseRangeHeader(headers.get('range')) : undefined
  const told = parseContentRange(response.headers.get('content-range'))?.sizeBytes ?? sizeBytes
  const isBeyondEnd =
    specs !== undefined && told !== undefined && resolveRanges(specs, told).length === 0
  const isMissing =
    specs !== undefined && (status === 404 || status === 410 || (status === 416 && !isBeyondEnd))
  if (!isMissing && !isRetryableStatus(status)) return
  const retryAfterMs = parseRetryAfterMs(response.headers.get('retry-after'), Date.now())
  throw new DiskCacheError(
    'origin-status',
    `The origin of ${url} answered ${status}. Check the server, and that the file is there.`,
    { details: { url, status, retryAfterMs } },
  )
}

/** Who gets a response past the store. */
export interface Admission {
  readonly clientId: string
  readonly request: Request
  readonly reader: DiskReader
  /** What the origin had when it was asked last. */
  readonly hint: GenerationIdentity | undefined
}

/**
 * Takes note of the version that a client gets past the store. A HEAD tells none: its length may be that of
 * something compressed.
 *
 * @throws {DiskCacheError} as {@link DiskReader.admit}.
 */
export async function admitResponse(
  response: Response,
  { clientId, request, reader, hint }: Admission,
): Promise<void> {
  const { status, headers } = response
  if (request.method !== 'GET' || (status !== 200 && status !== 206)) return
  // Of a response that depends on what this request says, no other is a version.
  if (
    variesBy(headers.get('vary') ?? undefined, forwardedFields(request.headers, navigator.language))
  )
    return
  await reader.admit(clientId, seenVersion(response), hint)
}

function isPage({ headers }: Response): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '')
}
