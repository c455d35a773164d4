/** What a reader is to fetch. */
export interface ReadRequest {
  /** By which {@link recallBody} finds the body again. */
  readonly id: number
  readonly url: string
  readonly method: 'GET' | 'HEAD'
  /** The `Range` header. */
  readonly range: string | undefined
  /** Aborts when so many bytes have come. */
  readonly leaveAfter: number | undefined
}

/** A part of a multipart answer. */
export interface SeenPart {
  readonly contentType: string
  readonly contentRange: string
  readonly length: number
  /** SHA-256 in hex. */
  readonly digest: string
}

/** What a reader saw of an answer. */
export interface SeenRead {
  /** How it ended: to its end, by a network error, left by the reader, or with the reader itself. */
  readonly end: 'whole' | 'broken' | 'left' | 'gone'
  /** 0 if not even headers came. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of the body that came. */
  readonly length: number
  /** Their SHA-256 in hex. */
  readonly digest: string
  /** The body, if it is short and no part of a disk. */
  readonly text: string
  /** Of a whole multipart body: its parts, or what is wrong with its form. */
  readonly parts: readonly SeenPart[] | string | undefined
  /** What `fetch()` said to a network error. */
  readonly error: string | undefined
}
