import { DiskCacheError } from '../core/errors.ts'
import { maxProfileText } from '../core/parse-boot-profile.ts'
import { fetchFromOrigin } from '../origin/fetch-from-origin.ts'

/** A file that lies beside a disk. */
export interface BesideFile {
  /** What follows the name of the disk. */
  readonly suffix: string
  /** The longest that is read. */
  readonly maxBytes: number
}

/** Hashes of a disk's chunks: of 200 000 chunks, roughly. */
export const manifestFile: BesideFile = { suffix: '.manifest.json', maxBytes: 16 * 1024 * 1024 }

/** What boots of a disk read. */
export const bootFile: BesideFile = { suffix: '.boot.json', maxBytes: maxProfileText }

/**
 * Fetches a file that lies beside a disk. Past all caches: it must be as new as the disk.
 *
 * @returns its text, whatever that is; `undefined` if the origin has none, or a page in its place.
 * @throws {DiskCacheError} `origin-unreachable`, `origin-status`, or `origin-bad-response` if it is too long.
 */
export async function fetchBeside(
  diskUrl: string,
  { suffix, maxBytes }: BesideFile,
  timeoutMs: number,
): Promise<string | undefined> {
  const url = new URL(diskUrl)
  url.pathname += suffix
  const details = { url: url.href }
  let response: Response
  let bytes: Blob | undefined
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    response = await fetchFromOrigin(url, { cache: 'no-store', credentials: 'same-origin', signal })
    bytes = await readUpTo(response, maxBytes)
  } catch (cause) {
    const message = `${url.href} cannot be fetched.`
    throw new DiskCacheError('origin-unreachable', message, { details, cause })
  }
  const { ok, status, headers } = response
  if (
    status === 404 ||
    status === 410 ||
    /^text\/html\b/i.test(headers.get('content-type') ?? '')
  ) {
    return undefined
  }
  if (!ok) {
    const message = `${url.href} was answered with ${status}.`
    throw new DiskCacheError('origin-status', message, { details: { ...details, status } })
  }
  if (bytes !== undefined) return bytes.text()
  const message = `${url.href} is longer than ${maxBytes} bytes.`
  throw new DiskCacheError('origin-bad-response', message, { details })
}

async function readUpTo({ body }: Response, maxBytes: number): Promise<Blob | undefined> {
  const reader = body?.getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let length = 0; ;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (done || value === undefined) return new Blob(parts)
    length += value.byteLength
    if (length > maxBytes) {
      await reader?.cancel()
      return undefined
    }
    parts.push(value)
  }
}
