import type { ByteRange } from '../core/byte-range.ts'
import type { RequestFields } from '../core/forwarded-fields.ts'
import type { GenerationIdentity } from '../core/generation-identity.ts'

/** What is asked of an origin. */
export interface OriginRequest {
  /** The URL as the reader wrote it, signature and all. */
  readonly url: string
  /** The bytes wanted. `end` may lie beyond the disk's end. */
  readonly range: ByteRange
  /** The generation that the bytes must belong to; `undefined` while the disk is unknown. */
  readonly expected?: GenerationIdentity
  readonly credentials: RequestCredentials
  /** Further header fields, such as the reader's `Authorization`. @default none */
  readonly fields?: RequestFields
  /** Whether the origin may send us on to another URL. @default 'follow' */
  readonly redirect?: 'follow' | 'error'
  readonly signal: AbortSignal
  /** Called when bytes arrive before the response can be handed out: it is slow, but not stuck. */
  readonly onProgress?: () => void
}

/** Header fields that are kept with a generation and given back with each answer, by lower-case name. */
export type KeptHeaders = Readonly<Record<string, string>>

/** A response whose headers have been checked; the body has not been read yet. */
export interface OriginResponse {
  /** 200 when the origin ignored the range. */
  readonly status: 200 | 206
  readonly identity: GenerationIdentity
  /** The bytes that the body holds: may be shorter than asked, and is everything after a 200. */
  readonly range: ByteRange
  readonly headers: KeptHeaders
  readonly body: ReadableStream<Uint8Array>
}

/** Where the bytes of a disk come from. Layouts (one ranged file, chunk files) stand behind it. */
export interface ChunkSource {
  /**
   * Asks once, without repetition, and checks the headers.
   *
   * @throws {DiskCacheError} `origin-unreachable`, `origin-status`, `origin-bad-response`, `aborted`; and
   * `disk-changed`, then as a {@link DiskChangedError}.
   */
  open(request: OriginRequest): Promise<OriginResponse>
}
