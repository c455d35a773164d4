import { assembleExerciser } from './exerciser-program.ts'
import { MIN_EXERCISER_SECTORS, PARTITION_LBA } from './exerciser-phases.ts'
import { SECTOR_BYTES } from './exerciser-content.ts'

/** Sectors at the start of the disk that hold the program instead of pseudo-random content. */
export const BOOT_AREA_SECTORS = 8

const DISK_SIGNATURE = 0x53574344
const SIGNATURE_OFFSET = 440
const FIRST_PARTITION_OFFSET = 446
/** "Non-FS data": nothing an operating system would mount or format. */
const PARTITION_TYPE = 0xda

/**
 * The first 4 KiB of the exerciser disk: master boot record, partition table and program.
 *
 * @param sectorCount - size of the disk in sectors
 * @throws RangeError when the disk is too small for the workload
 */
export function exerciserBootArea(sectorCount: number): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(sectorCount) || sectorCount < MIN_EXERCISER_SECTORS)
    throw new RangeError(`the exerciser needs ${MIN_EXERCISER_SECTORS} sectors, not ${sectorCount}`)

  const { bytes: program, labelOffsets } = assembleExerciser(sectorCount)
  const area = new Uint8Array(BOOT_AREA_SECTORS * SECTOR_BYTES)
  if (program.length > area.length) throw new Error('the program does not fit into the boot area')
  if ((labelOffsets.get('bootSectorEnd') ?? Infinity) > SIGNATURE_OFFSET)
    throw new Error('the boot code runs into the partition table')
  area.set(program)
  writePartitionTable(new DataView(area.buffer), sectorCount)
  return area
}

function writePartitionTable(view: DataView, sectorCount: number): void {
  view.setUint32(SIGNATURE_OFFSET, DISK_SIGNATURE, true)
  view.setUint8(FIRST_PARTITION_OFFSET, 0x80) // bootable
  view.setUint8(FIRST_PARTITION_OFFSET + 4, PARTITION_TYPE)
  view.setUint32(FIRST_PARTITION_OFFSET + 8, PARTITION_LBA, true)
  const partitionSectors = Math.min(sectorCount - PARTITION_LBA, 0xffffffff) // the table has 32 bits
  view.setUint32(FIRST_PARTITION_OFFSET + 12, partitionSectors, true)
  view.setUint16(SECTOR_BYTES - 2, 0xaa55, true)
}
