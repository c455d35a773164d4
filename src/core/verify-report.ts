import type { ByteRange } from './byte-range.ts'

/** How far a verification has come. */
export interface VerifyProgress {
  readonly url: string
  /** Bytes of data that are stored, of all generations. */
  readonly totalBytes: number
  /** Of these, bytes that were read and compared with their checksums. */
  readonly checkedBytes: number
  /** Bytes of chunks whose data is not what was stored. */
  readonly damagedBytes: number
  /** Bytes of chunks whose data is gone, or cut short. */
  readonly missingBytes: number
  /** Over the last few seconds; 0 until it is known. */
  readonly bytesPerSecond: number
}

/** What a verification found. */
export interface VerifyReport extends Omit<VerifyProgress, 'bytesPerSecond' | 'totalBytes'> {
  /** The bad chunks of each generation that has any: they are not stored any more, unless they were repaired. */
  readonly bad: readonly {
    readonly generation: string
    /** Bytes of the chunks, ascending. */
    readonly ranges: readonly ByteRange[]
  }[]
  /** Bytes that were fetched again. */
  readonly repairedBytes: number
}
