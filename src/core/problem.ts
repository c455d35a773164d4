import type { DiskCacheError, DiskCacheErrorCode } from './errors.ts'

/** An RFC 9457 problem document, plus the error's code, URL and range. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: 502 | 503 | 504
  readonly detail: string
  readonly code: DiskCacheErrorCode
  readonly url?: string
  readonly range?: { readonly start: number; readonly end: number }
}

/** The content type of a {@link Problem} document. */
export const problemContentType = 'application/problem+json'

const titles: Partial<Record<DiskCacheErrorCode, string>> = {
  'origin-unreachable': 'The origin of this disk cannot be reached',
  'origin-status': 'The origin of this disk answered with an error',
  'origin-bad-response': 'The origin of this disk answered with what is no honest range',
  'disk-changed': 'This disk has changed at its origin',
  'storage-failed': 'The chunk store failed',
}

/**
 * The answer to a read that could not be served. Always 502, 503 or 504, never 404 or 416: v86
 * hangs for good on those, and tries again after a 5xx.
 */
export function toProblem(error: DiskCacheError): Problem {
  const { url, range } = error.details
  return {
    type: `urn:sectorcache:error:${error.code}`,
    title: titles[error.code] ?? 'This disk cannot be read at the moment',
    status: statusOf(error),
    detail: error.message,
    code: error.code,
    ...(url === undefined ? {} : { url }),
    ...(range === undefined ? {} : { range }),
  }
}

/** Statuses by which an origin asks to come back later. */
const busy: ReadonlySet<unknown> = new Set([429, 503])

function statusOf(error: DiskCacheError): Problem['status'] {
  switch (error.code) {
    case 'origin-status':
      return busy.has(error.details.status) ? 503 : 502
    case 'origin-bad-response':
      return 502
    case 'origin-unreachable':
      return error.details['timedOut'] === true || error.details['onlyIfCached'] === true
        ? 504
        : 503
    default:
      return 503
  }
}
