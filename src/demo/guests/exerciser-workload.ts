import { createCrc32 } from './crc32.ts'
import { SECTOR_BYTES } from './exerciser-content.ts'
import { readExerciserRange, type ExerciserOptions } from './exerciser-disk.ts'
import { phasesOf, type Phase } from './exerciser-phases.ts'

/** One INT 13h read of the guest. */
export interface ExerciserRead {
  readonly phase: string
  readonly lba: number
  readonly sectorCount: number
}

/** The reads of the guest in order: the host's model of the program. */
export function* exerciserReads(sectorCount: number): Generator<ExerciserRead, void, undefined> {
  for (const phase of phasesOf(sectorCount))
    for (const lba of lbasOf(phase))
      yield { phase: phase.name, lba, sectorCount: phase.sectorsPerRead }
}

/**
 * The CRC-32 over all that the guest reads, as it prints it after `OK `.
 *
 * @param sectorCount - size of the disk in sectors
 * @example
 * expectedCrc(131072) // '86C71A51' for 64 MiB
 */
export function expectedCrc(sectorCount: number, options: ExerciserOptions = {}): string {
  const crc = createCrc32()
  for (const read of exerciserReads(sectorCount)) {
    const start = read.lba * SECTOR_BYTES
    const end = start + read.sectorCount * SECTOR_BYTES
    crc.update(readExerciserRange(sectorCount, start, end, options))
  }
  return crc.hex()
}

/**
 * Picks a byte for {@link ExerciserOptions.flipBit} that the guest reads, but not in a tag: the guest then prints
 * another CRC, and not `BAD LBA`.
 *
 * @returns a byte offset in the disk, in the middle of the `seq 4K fwd` phase
 */
export function pickFlippableByte(sectorCount: number): number {
  const phase = phasesOf(sectorCount).find(({ name }) => name === 'seq 4K fwd')
  if (phase?.order !== 'linear') throw new Error('the workload has no phase "seq 4K fwd"')
  const lba = phase.firstLba + Math.floor(phase.readCount / 2) * phase.stepSectors
  return lba * SECTOR_BYTES + SECTOR_BYTES / 2
}

function* lbasOf(phase: Phase): Generator<number, void, undefined> {
  if (phase.order === 'linear') {
    for (let index = 0; index < phase.readCount; index++)
      yield phase.firstLba + index * phase.stepSectors
    return
  }
  let state = phase.seed
  for (let index = 0; index < phase.readCount; index++) {
    state = xorshift32(state)
    yield phase.firstLba + scale(state, phase.blockCount) * phase.sectorsPerRead
  }
}

function xorshift32(state: number): number {
  let next = state ^ (state << 13)
  next ^= next >>> 17
  next ^= next << 5
  return next >>> 0
}

/** The high half of the 64-bit product, as the guest's `mul` leaves it in EDX. */
function scale(random32: number, limit: number): number {
  return Number((BigInt(random32) * BigInt(limit)) >> 32n)
}
