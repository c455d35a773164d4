/** Bytes from `start` up to, but not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Where the bytes of one disk come from. */
export interface DiskSource {
  /** Size in bytes. */
  readonly size: number
  /** Entity tag as it is sent, with its quotes; `undefined` sends none. */
  readonly etag: string | undefined
  /** Sent to the second; `undefined` sends none. */
  readonly lastModified: Date | undefined
  /** @default 'application/octet-stream' */
  readonly contentType?: string
  /** Reads `[start, end)`, which lies within the disk and is at most 1 MiB long. */
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>
  /** Called when the answer has ended. */
  close?(): Promise<void>
}
