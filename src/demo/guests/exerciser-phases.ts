/** Reads at a constant distance. */
export interface LinearPhase {
  readonly order: 'linear'
  readonly name: string
  readonly sectorsPerRead: number
  readonly readCount: number
  readonly firstLba: number
  /** Distance from one read to the next, in sectors; negative runs backwards. */
  readonly stepSectors: number
}

/** Reads of blocks picked by a xorshift32 generator. */
export interface RandomPhase {
  readonly order: 'random'
  readonly name: string
  readonly sectorsPerRead: number
  readonly readCount: number
  /** Where block 0 begins. */
  readonly firstLba: number
  readonly seed: number
  /** How many blocks of `sectorsPerRead` there are to pick from. */
  readonly blockCount: number
}

/** A part of the guest's workload with one pattern of access. */
export type Phase = LinearPhase | RandomPhase

/** The smallest disk that has room for the workload: 8 MiB. */
export const MIN_EXERCISER_SECTORS = 16384

/** Start of the partition, and of what random phases read. */
export const PARTITION_LBA = 2048

/** The guest computes with 32-bit LBAs, and v86's disk controller drops the higher bits as well: 2 TiB. */
const REACHABLE_SECTORS = 2 ** 32

const ALIGNMENT_SECTORS = 2048

/**
 * The workload of the guest, spread over the whole disk, or over its first 2 TiB.
 *
 * @param sectorCount - size of the disk in sectors, at least {@link MIN_EXERCISER_SECTORS}
 */
export function phasesOf(sectorCount: number): readonly Phase[] {
  const sectors = Math.min(sectorCount, REACHABLE_SECTORS)
  const at = (share: number): number =>
    Math.floor((sectors * share) / ALIGNMENT_SECTORS) * ALIGNMENT_SECTORS + ALIGNMENT_SECTORS
  const wholeDiskStep = Math.floor((sectors - 8192) / 256)
  return [
    linear('seq 32K fwd', 64, 64, at(0.1), 64), // 2 MiB, like loading a kernel
    linear('seq 4K fwd', 8, 256, at(0.3), 8), // 1 MiB, like page-cache misses in a row
    linear('seq 512 fwd', 1, 256, at(0.45), 1), // 128 KiB sector by sector, like a boot loader
    linear('stride 1/64K', 1, 256, 4096, wholeDiskStep), // like metadata, all over the disk
    linear('seq 16K back', 32, 64, at(0.7), -32), // 1 MiB backwards
    random('random 4K', 8, 384, 0xc0ffee01, sectors),
    random('random 4K again', 8, 384, 0xc0ffee01, sectors), // the same reads: a warm cache must serve them
    random('random 512', 1, 256, 0xbadc0de5, sectors),
    linear('unaligned 3.5K', 7, 128, at(0.55) + 1, 9), // straddles every power of two
  ]
}

function linear(
  name: string,
  sectorsPerRead: number,
  readCount: number,
  firstLba: number,
  stepSectors: number,
): LinearPhase {
  return { order: 'linear', name, sectorsPerRead, readCount, firstLba, stepSectors }
}

function random(
  name: string,
  sectorsPerRead: number,
  readCount: number,
  seed: number,
  sectors: number,
): RandomPhase {
  const blockCount = Math.floor((sectors - 4096) / sectorsPerRead)
  const firstLba = PARTITION_LBA
  return { order: 'random', name, sectorsPerRead, readCount, firstLba, seed, blockCount }
}
