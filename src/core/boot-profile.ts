import { intersectRanges } from './byte-range.ts'
import type { ByteRange } from './byte-range.ts'
import { chunksTouching, indicesOf } from './chunk-grid.ts'
import type { ChunkGrid } from './chunk-grid.ts'

/** Names the format, and its version. */
export const bootProfileSchema = 'sectorcache.boot-profile.v1'

/** Unit of what is remembered of a boot, in bytes. Offsets in profiles are multiples of it. */
export const profileBlockBytes: number = 64 * 1024

/** What is remembered of one boot, and the most that is fetched ahead of one, in bytes. */
export const maxProfileBytes: number = 2 ** 30

/** The same in blocks: later first reads are left out. */
const maxBlocks = maxProfileBytes / profileBlockBytes

/**
 * What a boot read, in the order in which it was first wanted: what to fetch ahead of the next one. In bytes, so that it can be used
 * with chunks of any size, and with another version of the disk. JSON as it stands.
 */
export interface BootProfile {
  readonly schema: typeof bootProfileSchema
  /** Length of the disk that was booted, in bytes. */
  readonly sizeBytes: number
  /** ETag of that version. */
  readonly etag?: string
  /** How many boots it was made of. */
  readonly boots: number
  /** None is there twice. `afterMs` counts from the first read, and never falls. */
  readonly reads: readonly ProfileRead[]
}

/** Bytes that were wanted: where they begin, how many, and when. */
export type ProfileRead = readonly [offset: number, length: number, afterMs: number]

/** Writes down what a boot reads for the first time. */
export interface BootRecorder {
  /** @param atMs - of any clock, always the same one. */
  note(read: ByteRange, atMs: number): void
  /** When the last read came that wanted something new; `undefined` before the first. */
  readonly lastNewMs: number | undefined
  profile(disk: { readonly sizeBytes: number; readonly etag?: string }): BootProfile
}

/** Makes a recorder that has heard nothing. */
export function createBootRecorder(): BootRecorder {
  const firstMs = new Map<number, number>()
  let startedMs: number | undefined
  let lastNewMs: number | undefined
  return {
    note({ start, end }, atMs) {
      startedMs ??= atMs
      const last = Math.ceil(end / profileBlockBytes)
      for (let block = Math.floor(start / profileBlockBytes); block < last; block++) {
        if (firstMs.size === maxBlocks) return
        if (firstMs.has(block)) continue
        firstMs.set(block, Math.max(0, Math.round(atMs - startedMs)))
        lastNewMs = atMs
      }
    },
    get lastNewMs() {
      return lastNewMs
    },
    profile: (disk) => ({
      schema: bootProfileSchema,
      ...disk,
      boots: 1,
      reads: toReads(firstMs, disk.sizeBytes),
    }),
  }
}

/**
 * Makes one profile of several boots, the newest last: it has what at least half of them read, in the order of the median of
 * times. So a single odd boot, or one that was cut short, spoils nothing.
 *
 * @returns `undefined` when there are none.
 */
export function mergeProfiles(profiles: readonly BootProfile[]): BootProfile | undefined {
  const newest = profiles.at(-1)
  if (newest === undefined) return undefined
  const times = new Map<number, number[]>()
  for (const { reads } of profiles) {
    for (const [block, afterMs] of blocksOf(reads)) {
      times.set(block, [...(times.get(block) ?? []), afterMs])
    }
  }
  const usual = [...times].filter(([, seen]) => seen.length * 2 >= profiles.length)
  const firstMs = new Map(usual.map(([block, seen]) => [block, medianOf(seen)]))
  const { sizeBytes, etag } = newest
  return {
    schema: bootProfileSchema,
    sizeBytes,
    ...(etag !== undefined && { etag }),
    boots: profiles.reduce((sum, { boots }) => sum + boots, 0),
    reads: toReads(firstMs, sizeBytes),
  }
}

/**
 * What to fetch, in order, of a disk that may have another length than the one of the profile.
 *
 * @param sizeBytes - of that disk.
 */
export function profileRanges({ reads }: BootProfile, sizeBytes: number): ByteRange[] {
  const disk = { start: 0, end: sizeBytes }
  return reads.flatMap(
    ([offset, length]) => intersectRanges({ start: offset, end: offset + length }, disk) ?? [],
  )
}

/** The chunks of a disk that a boot wants, by index, each where it is wanted first. */
export function* profileChunks(grid: ChunkGrid, profile: BootProfile): Generator<number> {
  const seen = new Set<number>()
  for (const range of profileRanges(profile, grid.sizeBytes)) {
    for (const index of indicesOf(chunksTouching(grid, range))) {
      if (!seen.has(index)) yield index
      seen.add(index)
    }
  }
}

function* blocksOf(reads: readonly ProfileRead[]): Generator<[block: number, afterMs: number]> {
  for (const [offset, length, afterMs] of reads) {
    const end = Math.ceil((offset + length) / profileBlockBytes)
    for (let block = offset / profileBlockBytes; block < end; block++) yield [block, afterMs]
  }
}

/** Neighbours that were wanted one after the other become one read, unless more than a moment lies between them. */
function toReads(firstMs: ReadonlyMap<number, number>, sizeBytes: number): ProfileRead[] {
  // What was wanted in the same moment stays in the order in which it was noted.
  const ordered = [...firstMs].toSorted((a, b) => a[1] - b[1])
  const reads: [number, number, number][] = []
  for (const [block, afterMs] of ordered) {
    const offset = block * profileBlockBytes
    const length = Math.min(profileBlockBytes, sizeBytes - offset)
    const last = reads.at(-1)
    if (length <= 0) continue
    if (last !== undefined && last[0] + last[1] === offset && afterMs - last[2] <= momentMs) {
      last[1] += length
    } else {
      reads.push([offset, length, afterMs])
    }
  }
  return reads
}

/** In milliseconds. */
const momentMs = 100

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
