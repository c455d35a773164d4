import { isDiskCacheError } from '../core/errors.ts'
import type { DiskCacheError } from '../core/errors.ts'
import { byteLengthOf } from '../core/byte-range.ts'
import type { ByteRange } from '../core/byte-range.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'
import { isRetryableStatus, nextRetryDelayMs } from '../core/retry-policy.ts'
import type { RetryPolicy } from '../core/retry-policy.ts'
import { readBody } from './body-reader.ts'
import type { BodyReader } from './body-reader.ts'
import { badResponse } from './check-response.ts'
import { cutShort } from './cut-short.ts'
import type { ChunkSource, OriginRequest, OriginResponse } from './chunk-source.ts'
import { startDeadline } from './deadline.ts'
import type { Deadline } from './deadline.ts'
import { abortedError, timeoutError } from './download-errors.ts'
import { sleep } from './sleep.ts'

/** What to download, and how patiently. */
export interface Download extends Omit<OriginRequest, 'onProgress'> {
  readonly source: ChunkSource
  /** Milliseconds without a byte after which an attempt has failed. */
  readonly timeoutMs: number
  readonly retry: RetryPolicy
  /** Whether trying again is pointless for now. */
  readonly isOffline: () => boolean
  /** Waits for a turn to ask the origin; the result gives it back, and may be called again. */
  readonly enter: () => Promise<() => void>
}

/** An attempt that brings less has failed: else an origin that gives a byte at a time would be asked for ever. */
const leastProgressBytes = 1024

/** A response of which the body is yet to come. */
export interface BegunResponse extends Omit<OriginResponse, 'body'> {
  /** When it was asked for, by `performance.now()`. */
  readonly askedAtMs: number
}

/** Who takes the bytes. */
export interface DownloadSink {
  /**
   * The headers of a response were checked. Called for each attempt that gets so far.
   *
   * @throws to refuse the response: its body is cancelled and the download fails with this error.
   */
  begin(response: BegunResponse): void | Promise<void>
  /**
   * Bytes in ascending order. Nothing more is read until the promise is settled; then their memory is used again: what is to be
   * kept is copied before.
   */
  write(offset: number, bytes: Uint8Array<ArrayBuffer>): void | Promise<void>
  /**
   * The response was whole and kept its word, or nothing more of it was wanted. The turn is given back as soon as this has
   * returned, the promise settled or not: what takes time now is no business of the origin.
   */
  end(): void | Promise<void>
  /** Whether the rest of a response that brings everything may be left unread. Asked after each write. */
  isSatisfied?(): boolean
}

/**
 * Downloads a range, trying again where that can help: on network errors, timeouts, bodies cut short, and
 * 408, 425, 429 and 5xx. It goes on where the last attempt broke off, and as often as it takes, while each attempt
 * brings at least {@link leastProgressBytes}. A body that only drips is not broken off: slow links are like that.
 *
 * An origin that ignores the range sends everything: then the sink gets everything, from byte 0.
 *
 * Settles when the sink has ended every response, well or not; the next response waits for none of that.
 *
 * @throws {DiskCacheError} as {@link ChunkSource.open}, after the last attempt; and whatever the sink throws.
 */
export async function downloadRange(download: Download, sink: DownloadSink): Promise<void> {
  const progress: Progress = {
    at: download.range.start,
    end: download.range.end,
    brought: 0,
    whole: false,
    expected: download.expected,
    ends: [],
    failed: undefined,
  }
  try {
    await bringAll(download, sink, progress)
  } finally {
    await Promise.all(progress.ends)
  }
  throwFailed(progress)
}

async function bringAll(download: Download, sink: DownloadSink, progress: Progress): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = progress.brought
    try {
      await downloadOnce(download, sink, progress)
      if (progress.at >= progress.end) return
      if (progress.brought - before >= leastProgressBytes) attempt = 0
      else if (attempt >= download.retry.attempts) throw tooLittle(download, progress)
    } catch (error) {
      if (download.signal.aborted) throw abortedError(download, error)
      if (progress.brought - before >= leastProgressBytes) attempt = 1
      const delayMs = retryDelayMs(download, error, attempt)
      if (delayMs === undefined) throw error
      await sleep(delayMs, download.signal).catch((cause: unknown) => {
        throw abortedError(download, cause)
      })
    }
  }
}

interface Progress {
  at: number
  end: number
  /** Bytes that the sink was given; `at` goes back to 0 when the origin turns out to send everything. */
  brought: number
  whole: boolean
  /** Once a response was accepted, all others must be of the same generation. */
  expected: GenerationIdentity | undefined
  /** Settled when the sink has ended a response. Never rejected. */
  readonly ends: Promise<void>[]
  /** What the sink could not end first. */
  failed: { readonly error: unknown } | undefined
}

async function downloadOnce(
  download: Download,
  sink: DownloadSink,
  progress: Progress,
): Promise<void> {
  const leave = await download.enter()
  const deadline = startDeadline(download.timeoutMs, download.signal)
  try {
    throwFailed(progress)
    const { url, credentials, source, fields, redirect } = download
    const askedAtMs = performance.now()
    const response = await source.open({
      url,
      credentials,
      ...(fields && { fields }),
      ...(redirect && { redirect }),
      range: { start: progress.at, end: progress.end },
      ...(progress.expected && { expected: progress.expected }),
      signal: deadline.signal,
      onProgress: deadline.extend,
    })
    await passOn(response, { sink, progress, deadline, url, askedAtMs, leave })
  } catch (error) {
    throw deadline.passed ? timeoutError(download, error) : error
  } finally {
    deadline.release()
    leave()
  }
}

interface Passage {
  readonly sink: DownloadSink
  readonly progress: Progress
  readonly deadline: Deadline
  readonly url: string
  readonly askedAtMs: number
  readonly leave: () => void
}

async function passOn(response: OriginResponse, passage: Passage): Promise<void> {
  const { sink, progress, deadline, askedAtMs, leave } = passage
  const { body, ...head } = response
  const reader = readBody(body, byteLengthOf(response.range))
  try {
    deadline.pause()
    await sink.begin({ ...head, askedAtMs })
    progress.expected ??= response.identity
    deadline.extend()
    if (response.status === 200 && !progress.whole) {
      Object.assign(progress, { at: 0, end: response.identity.sizeBytes, whole: true })
    }
    progress.end = Math.min(progress.end, response.identity.sizeBytes)
    await passBody(reader, response.range, passage)
    // In this order: what the sink still holds in memory counts before anybody else may go in.
    progress.ends.push(watchEnd(sink.end(), progress))
    leave()
  } catch (error) {
    await reader.cancel(error).catch(() => undefined)
    throw error
  }
}

async function watchEnd(ended: void | Promise<void>, progress: Progress): Promise<void> {
  try {
    await ended
  } catch (error) {
    progress.failed ??= { error }
  }
}

function throwFailed({ failed }: Progress): void {
  if (failed !== undefined) throw failed.error
}

async function passBody(
  reader: BodyReader,
  range: ByteRange,
  { sink, progress, deadline, url }: Passage,
): Promise<void> {
  let position = range.start
  for (;;) {
    const bytes = await reader.read().catch((cause: unknown) => {
      if (position < range.end) throw cutShort({ url, range }, cause)
      // Everything that was promised is there: only the end of the message is missing.
      return undefined
    })
    if (bytes === undefined) break
    const { byteLength } = bytes
    if (position + byteLength > range.end) {
      throw badResponse({ url, range }, 'sent more bytes than it promised')
    }
    const known = Math.min(Math.max(progress.at - position, 0), byteLength)
    if (known < byteLength) {
      deadline.pause()
      await sink.write(position + known, bytes.subarray(known))
      progress.at = position + byteLength
      progress.brought += byteLength - known
      if (sink.isSatisfied?.() === true) {
        progress.end = progress.at
        await reader.cancel()
        return
      }
    }
    position += byteLength
    deadline.extend()
  }
  if (position < range.end) throw cutShort({ url, range })
}

function retryDelayMs(download: Download, error: unknown, attempt: number): number | undefined {
  if (!isDiskCacheError(error) || download.isOffline()) return undefined
  const { status, retryAfterMs } = error.details
  const retryable =
    error.code === 'origin-unreachable' ||
    (error.code === 'origin-status' && isRetryableStatus(Number(status)))
  if (!retryable) return undefined
  return nextRetryDelayMs(download.retry, {
    attempt,
    random: Math.random(),
    retryAfterMs: Number(retryAfterMs ?? 0),
  })
}

function tooLittle({ url }: Download, { at, end }: Progress): DiskCacheError {
  const range = { start: at, end }
  return badResponse({ url, range }, `sends less than ${leastProgressBytes} bytes at a time`)
}
