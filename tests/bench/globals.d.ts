// oxlint-disable no-var -- only `var` declares what scripts put on `globalThis`

/** Bytes of a disk that a page is to read. */
interface BenchDisk {
  readonly url: string
  readonly size: number
}

/** Reads of bytes `[0, end)`, `length` at a time. */
interface BenchSequence {
  readonly url: string
  readonly end: number
  readonly length: number
}

/** Bytes `[start, end)` of a disk as a page has read them. */
interface BenchBody {
  readonly url: string
  readonly start: number
  readonly end: number
  /** Of the bytes that came: hexadecimal. */
  readonly sha256: string
}

/** What `pages/client.js` takes the time of. */
interface BenchCalls {
  timeReads(reads: {
    readonly url: string
    readonly offsets: readonly number[]
    readonly length: number
  }): Promise<number[]>
  timeBatches(reads: {
    readonly url: string
    readonly batches: readonly (readonly number[])[]
    readonly length: number
  }): Promise<number[]>
  timeDeviceReads(reads: {
    readonly url: string
    readonly offsets: readonly number[]
    readonly length: number
    readonly isNew: boolean
    /** Reads that are timed together; their time is divided. @default 1 */
    readonly perSample?: number
  }): Promise<number[]>
  timeSequence(reads: BenchSequence): Promise<number>
  timeDeviceSequence(reads: BenchSequence): Promise<number>
  timeDownload(disk: BenchDisk & { readonly cache?: RequestCache }): Promise<number>
  timePrefetch(disk: Pick<BenchDisk, 'url'>): Promise<number>
  timeReplay(boot: {
    readonly url: string
    /** Offset and length in bytes, and milliseconds to wait before. */
    readonly reads: readonly (readonly [number, number, number])[]
    readonly restMs: number
  }): Promise<number>
  fill(disk: BenchDisk & { readonly kind: string }): Promise<unknown>
}

/** What a call has taken: times, mostly. */
type BenchTaken<Call extends keyof BenchCalls> = Awaited<ReturnType<BenchCalls[Call]>>

/** What `pages/client.js` can do. */
interface BenchClient extends BenchCalls {
  registered(script: string): Promise<void>
  /** What has come of the reads since the last call, or some of it. */
  takeKept(): Promise<BenchBody[]>
}

/** What one boot of a guest took. */
interface BenchBoot {
  readonly elapsedMs: number
  /** What the guest asked for by XMLHttpRequest: nothing, where the disk is in memory or a device. */
  readonly bytes: number
  readonly reads: number
  readonly trace: {
    /** Offset and length in bytes, and milliseconds since the read before was answered. */
    readonly reads: readonly (readonly [number, number, number])[]
    /** Milliseconds after the last one. */
    readonly restMs: number
  }
}

/** Where v86 has its disk from: XMLHttpRequests, as it comes; an ArrayBuffer with all of it; a device of `disk.open()`. */
type GuestDiskSource = 'requests' | 'memory' | 'device'

/** What `pages/guest.js` can do. */
interface BenchGuest {
  boot(
    guest: BenchDisk & {
      readonly expect: string
      readonly bios: 'minibios' | 'seabios'
      readonly memoryMiB: number
      readonly from: GuestDiskSource
    },
  ): Promise<BenchBoot>
}

declare var benchClient: BenchClient
declare var benchGuest: BenchGuest
