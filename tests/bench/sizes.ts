import type { Shortened } from './sim/shorten-trace.ts'

/** How much is measured. */
export type Scale = 'smoke' | 'normal' | 'full'

/** Sizes and counts of all rows. */
export interface Sizes {
  /** Disk that small stored reads go to, in MiB. */
  readonly storedMiB: number
  /** Reads of 4 KiB by each contender in a round. */
  readonly smallReads: number
  /** Batches of reads at once, of one contender in a round. */
  readonly batches: number
  /** Reads of 1 MiB by each contender in a round. */
  readonly largeReads: number
  /** Reads by Workbox in a round: each of them opens the whole file. */
  readonly workboxReads: number
  /** Stored disk that is read from beginning to end, in MiB. */
  readonly sequentialMiB: number
  /** Reads deep in an absent chunk by each contender in a round. */
  readonly deepReads: number
  /** What is read sequentially over the link, in MiB. */
  readonly absentMiB: number
  readonly prefetchMiB: number
  /** Chunks of 4 KiB in the disk of which many are stored. */
  readonly manyChunks: number
  readonly restarts: number
  /** What streams through the worker while its heap is watched, in MiB. */
  readonly streamMiB: number
  /** The link of "50 ms and 20 Mbit/s". */
  readonly link: { readonly latencyMs: number; readonly rateBitsPerSecond: number }
  /**
   * How much of a boot is read again over each link of the matrix, how many links at a time; `isFast` does without
   * the links.
   */
  readonly replay: Shortened & { readonly tracks: number; readonly isFast: boolean }
  /** The guest that is booted. */
  readonly guest: 'linux' | 'exerciser'
}

const normal: Sizes = {
  storedMiB: 64,
  smallReads: 200,
  batches: 10,
  largeReads: 40,
  workboxReads: 5,
  sequentialMiB: 256,
  deepReads: 5,
  absentMiB: 24,
  prefetchMiB: 256,
  manyChunks: 100_000,
  restarts: 5,
  streamMiB: 4096,
  link: { latencyMs: 50, rateBitsPerSecond: 20e6 },
  replay: {
    stretchBytes: 2048 * 1024,
    maxThinkMs: 1000,
    maxReads: Infinity,
    tracks: 3,
    isFast: false,
  },
  guest: 'linux',
}

const wholeBoot = { stretchBytes: Infinity, maxThinkMs: Infinity, maxReads: Infinity }

/** The sizes of each scale. */
export const sizesOf: Readonly<Record<Scale, Sizes>> = {
  smoke: {
    storedMiB: 2,
    smallReads: 4,
    batches: 2,
    largeReads: 2,
    workboxReads: 2,
    sequentialMiB: 2,
    deepReads: 1,
    absentMiB: 1,
    prefetchMiB: 4,
    manyChunks: 512,
    restarts: 1,
    streamMiB: 16,
    link: { latencyMs: 1, rateBitsPerSecond: 400e6 },
    replay: { stretchBytes: 384 * 1024, maxThinkMs: 1, maxReads: 5, tracks: 3, isFast: true },
    guest: 'exerciser',
  },
  normal,
  full: { ...normal, replay: { ...wholeBoot, tracks: 1, isFast: false } },
}
