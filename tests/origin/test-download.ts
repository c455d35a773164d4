import type { ByteRange } from '../../src/core/byte-range.ts'
import type { GenerationIdentity } from '../../src/core/generation-identity.ts'
import { downloadRange } from '../../src/origin/download-range.ts'
import type { BegunResponse, Download, DownloadSink } from '../../src/origin/download-range.ts'
import { createRangedFileSource } from '../../src/origin/ranged-file.ts'

/** What a download brought, in the order it came. */
export interface Received extends DownloadSink {
  readonly begun: BegunResponse[]
  readonly writes: { readonly offset: number; readonly bytes: Uint8Array }[]
  readonly ends: () => number
  /** The bytes from the first to the last, which must follow each other. */
  bytes(): Uint8Array
}

/** A sink that remembers. */
export function createReceived(overrides: Partial<DownloadSink> = {}): Received {
  const begun: Received['begun'] = []
  const writes: { offset: number; bytes: Uint8Array }[] = []
  let ended = 0
  return {
    begun,
    writes,
    ends: () => ended,
    async begin(response) {
      begun.push(response)
      await overrides.begin?.(response)
    },
    async write(offset, bytes) {
      writes.push({ offset, bytes: bytes.slice() })
      await overrides.write?.(offset, bytes)
    },
    async end() {
      ended++
      await overrides.end?.()
    },
    bytes() {
      let at = writes.at(0)?.offset ?? 0
      for (const { offset, bytes } of writes) {
        if (offset !== at) throw new Error(`Bytes of ${offset} came where those of ${at} belong`)
        at += bytes.byteLength
      }
      return new Uint8Array(Buffer.concat(writes.map(({ bytes }) => bytes)))
    },
  }
}

/** What {@link startDownload} takes beside the sink. */
export interface TestDownload extends Partial<Omit<Download, 'url' | 'range'>> {
  readonly url: string
  readonly range: ByteRange
}

/** How long an origin may send nothing, in milliseconds, where a test says nothing else. */
export const timeoutMs = 20_000

/** Downloads as the worker does, but with tiny delays. */
export function startDownload(download: TestDownload, sink: DownloadSink): Promise<void> {
  return downloadRange(
    {
      source: createRangedFileSource(),
      credentials: 'same-origin',
      signal: new AbortController().signal,
      timeoutMs,
      retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 5 },
      isOffline: () => false,
      enter: async () => () => undefined,
      ...download,
    },
    sink,
  )
}

/** The generation with this strong ETag and size. */
export function strong(etag: string, sizeBytes: number): GenerationIdentity {
  return { validator: { kind: 'strong', etag }, sizeBytes }
}
