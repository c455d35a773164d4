/** How far an export has come. */
export interface ExportProgress {
  readonly url: string
  /** Bytes of all stored chunks that have data: what is all zero takes no room in an archive. */
  readonly totalBytes: number
  /** Of these, bytes that were read and compared with their checksums; bad ones are left out. */
  readonly checkedBytes: number
  /** Over the last few seconds; 0 until it is known. */
  readonly bytesPerSecond: number
}
