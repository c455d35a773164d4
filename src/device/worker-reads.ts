import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { parseContentRange } from '../core/content-range.ts'
import { DiskCacheError } from '../core/errors.ts'
import { isSameGeneration, readValidator } from '../core/generation-identity.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { badAnswer, deviceClosed, notControlled, versionGone } from './device-errors.ts'
import { readProblem } from './read-problem.ts'

/** A worker that is stopped in the middle of an answer breaks it off; the next request starts another one. */
const attempts = 3

const firstByte: ByteRange = { start: 0, end: 1 }

/** Bytes that came through the service worker. */
export interface WorkerAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Whether they came out of the cache, or went into it: not if the worker let the request through. */
  readonly isCached: boolean
}

/** What the disk is for this client, as the service worker says. */
export interface BoundDisk extends Omit<WorkerAnswer, 'bytes'> {
  readonly url: string
  readonly identity: GenerationIdentity
}

/**
 * Reads the first byte of a disk through the service worker, which begins this client's session there and tells
 * which version it reads.
 *
 * @throws {DiskCacheError} `not-registered` if no worker of ours controls this client, or none that knows the disk;
 * else whatever the worker says is wrong.
 */
export async function bindDisk(url: string, signal: AbortSignal): Promise<BoundDisk> {
  const response = await retry(() => send(url, { range: firstByte, signal })).catch(
    (cause: unknown) => {
      throw notControlled(url, cause)
    },
  )
  const isCached = isOurs(response)
  if (!isCached) await assertControlled(url, signal)
  if (response.status === 416 && contentSize(response) === 0) {
    return { url, isCached: false, identity: { validator: { kind: 'none' }, sizeBytes: 0 } }
  }
  const head = await checkHead(response, { url, range: firstByte })
  await response.body?.cancel()
  return { url, isCached, identity: head }
}

/**
 * Reads bytes of the version that the device is bound to, through the service worker.
 *
 * @throws {DiskCacheError} `disk-changed` for bytes of any other version; `aborted`; what the worker says is wrong.
 */
export async function readThroughWorker(
  { url, identity }: BoundDisk,
  range: ByteRange,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  const wanted = { url, range }
  try {
    return await retry(async () => {
      const response = await send(url, { range, signal })
      const seen = await checkHead(response, wanted)
      if (!isSameGeneration(seen, identity)) {
        await response.body?.cancel()
        throw versionGone(url, range)
      }
      const bytes = new Uint8Array(await response.arrayBuffer())
      // Firefox ends the body of a stopped worker as if it were complete.
      if (bytes.byteLength !== byteLengthOf(range)) throw new TypeError('The body was cut short.')
      return { bytes, isCached: isOurs(response) }
    })
  } catch (error) {
    if (error instanceof DiskCacheError) throw error
    throw signal.aborted ? deviceClosed(url) : broken(wanted, error)
  }
}

/** Tries again what the network or a stopped worker has broken off, but not what was refused. */
async function retry<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let left = attempts - 1; ; left--) {
    try {
      return await work()
    } catch (error) {
      const isBroken = error instanceof TypeError || isNetworkError(error)
      if (left === 0 || !isBroken) throw error
    }
  }
}

/** What `fetch()` rejects with is a TypeError; what the reading of a body does, depends on the browser. */
function isNetworkError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NetworkError'
}

interface Wanted {
  readonly url: string
  readonly range: ByteRange
}

function send(
  url: string,
  { range, signal, fields }: { range: ByteRange; signal: AbortSignal; fields?: HeadersInit },
): Promise<Response> {
  const headers = new Headers(fields)
  headers.set('Range', `bytes=${range.start}-${range.end - 1}`)
  return fetch(url, { headers, signal })
}

/** @throws {DiskCacheError} unless it is a 206 with just the bytes that were asked for. */
async function checkHead(response: Response, wanted: Wanted): Promise<GenerationIdentity> {
  const { status, headers } = response
  const { url, range } = wanted
  const problem = await readProblem(response, wanted)
  if (problem !== undefined) throw problem
  const told = parseContentRange(headers.get('content-range'))
  if (status === 206 && told?.range?.start === range.start && told.range.end === range.end) {
    const { sizeBytes } = told
    if (sizeBytes !== undefined) return { validator: readValidator(headers), sizeBytes }
  }
  await response.body?.cancel()
  if (status === 206 || status === 200) {
    throw badAnswer(url, { range, status }, 'does not hold just these bytes')
  }
  // A disk that has become shorter has no such bytes any more.
  if (status === 416) throw versionGone(url, range)
  throw new DiskCacheError(
    'origin-status',
    `The origin of ${url} answered ${status}. Check the server.`,
    {
      details: { url, range, status },
    },
  )
}

/**
 * A response that was let through looks as if there were no worker. One that wants nothing but what is stored is
 * answered by the worker itself, whatever the disk is.
 */
async function assertControlled(url: string, signal: AbortSignal): Promise<void> {
  const fields = { 'Cache-Control': 'only-if-cached' }
  const response = await send(url, { range: firstByte, signal, fields }).catch((cause: unknown) => {
    throw notControlled(url, cause)
  })
  await response.body?.cancel()
  if (!isOurs(response)) throw notControlled(url)
}

/** Whether our worker has made this response (RFC 9211). */
function isOurs({ headers }: Response): boolean {
  return /(?:^|,)\s*sectorcache\b/.test(headers.get('cache-status') ?? '')
}

function contentSize({ headers }: Response): number | undefined {
  return parseContentRange(headers.get('content-range'))?.sizeBytes
}

function broken({ url, range }: Wanted, cause: unknown): DiskCacheError {
  return new DiskCacheError(
    'origin-unreachable',
    `Reading ${url} through the service worker failed ${attempts} times. Check the network, and that the page ` +
      'is controlled by its worker still.',
    { details: { url, range }, cause },
  )
}
