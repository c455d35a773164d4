import { describeRange } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { parseContentRange } from '../core/content-range.ts'
import { DiskCacheError } from '../core/errors.ts'
import { readValidator } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import type { HeaderSource } from '../core/header-source.ts'

/** What the headers of an honest response say. */
export interface CheckedResponse {
  readonly identity: GenerationIdentity
  readonly range: ByteRange
}

/** The parts of a response that are checked before any of its body is believed. */
export interface ResponseHead {
  readonly status: number
  readonly headers: HeaderSource
}

/**
 * Checks a 206 (RFC 9110 section 15.3.7): it must say which bytes it holds and of how many, begin where
 * it was asked to, not go further, and be neither encoded nor an HTML page: servers answer ranges of their
 * fallback page too.
 *
 * @param wanted - the bytes asked for; `end` may lie beyond the disk's end.
 * @throws {DiskCacheError} `origin-bad-response`, saying which promise it breaks and how to mend the origin.
 */
export function checkPartialResponse(
  head: ResponseHead,
  { url, wanted }: { url: string; wanted: ByteRange },
): CheckedResponse {
  const bad = (flaw: string): DiskCacheError => badResponse({ url, range: wanted }, flaw)
  refuseEncoding(head, bad)
  refusePage(head, bad)
  const field = head.headers.get('content-range')
  if (field === null) {
    throw bad(
      /^multipart\//i.test(head.headers.get('content-type') ?? '')
        ? 'answered one range with several parts'
        : 'sent no Content-Range. If it is of another origin, it must send ' +
            '"Access-Control-Expose-Headers: Content-Range, ETag"',
    )
  }
  const contentRange = parseContentRange(field)
  if (contentRange?.range === undefined) throw bad(`sent "Content-Range: ${field}"`)
  const { range, sizeBytes } = contentRange
  if (sizeBytes === undefined) throw bad('does not tell the size of the file in Content-Range')
  if (range.start !== wanted.start || range.end > Math.min(wanted.end, sizeBytes)) {
    throw bad(`sent other bytes: "Content-Range: ${field}"`)
  }
  const length = head.headers.get('content-length')
  if (length !== null && Number(length) !== range.end - range.start) {
    throw bad(`sent "Content-Length: ${length}" with "Content-Range: ${field}"`)
  }
  return { identity: { validator: readValidator(head.headers), sizeBytes }, range }
}

/**
 * Checks a 200: the whole file, with its length.
 *
 * @returns `undefined` when the length is not told, so that only reading it all would show its size.
 * @throws {DiskCacheError} `origin-bad-response` when it is encoded, or an HTML page: no disk is one.
 */
export function checkWholeResponse(
  head: ResponseHead,
  { url, wanted }: { url: string; wanted: ByteRange },
): CheckedResponse | undefined {
  const bad = (flaw: string): DiskCacheError => badResponse({ url, range: wanted }, flaw)
  refuseEncoding(head, bad)
  refusePage(head, bad)
  const length = head.headers.get('content-length')
  if (length === null || !/^\d+$/.test(length)) return undefined
  const sizeBytes = Number(length)
  return {
    identity: { validator: readValidator(head.headers), sizeBytes },
    range: { start: 0, end: sizeBytes },
  }
}

/** An `origin-bad-response` that names the URL and the range. `flaw` completes "The origin …". */
export function badResponse(
  { url, range }: { url: string; range: ByteRange },
  flaw: string,
): DiskCacheError {
  return new DiskCacheError(
    'origin-bad-response',
    `The origin of ${url} ${flaw} (asked for ${describeRange(range)}). Nothing of it was stored.`,
    { details: { url, range } },
  )
}

function refuseEncoding(head: ResponseHead, bad: (flaw: string) => DiskCacheError): void {
  const encoding = head.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw bad(
      `sent "Content-Encoding: ${encoding}", in which byte offsets mean nothing. ` +
        'Turn compression off for disk images',
    )
  }
}

function refusePage(head: ResponseHead, bad: (flaw: string) => DiskCacheError): void {
  if (!/^text\/html\b/i.test(head.headers.get('content-type') ?? '')) return
  throw bad(
    "answers with an HTML page, as a login page or an app's fallback does. Check that the file is there, and " +
      'that the network lets you through',
  )
}
