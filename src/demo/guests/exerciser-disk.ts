import { fillExerciserSectors, SECTOR_BYTES } from './exerciser-content.ts'
import { BOOT_AREA_SECTORS, exerciserBootArea } from './exerciser-boot-area.ts'

/** Variants of the exerciser disk. */
export interface ExerciserOptions {
  /** Byte offset whose lowest bit is flipped, as by a bad cable. Picked by `pickFlippableByte()`. */
  readonly flipBit?: number | undefined
}

/**
 * Computes any bytes of the exerciser disk; there is no image file. 1 MiB takes about a millisecond.
 *
 * @param sectorCount - size of the disk in sectors of 512 bytes, at least 16384 (8 MiB); terabytes are fine
 * @param startByte - first byte
 * @param endByte - the byte after the last one
 * @throws RangeError when the range does not lie in the disk
 *
 * @example
 * readExerciserRange(131072, 510, 512) // Uint8Array [0x55, 0xaa]
 */
export function readExerciserRange(
  sectorCount: number,
  startByte: number,
  endByte: number,
  options: ExerciserOptions = {},
): Uint8Array<ArrayBuffer> {
  if (!(startByte >= 0 && startByte <= endByte && endByte <= sectorCount * SECTOR_BYTES))
    throw new RangeError(`[${startByte}, ${endByte}) is not in a disk of ${sectorCount} sectors`)

  const firstLba = Math.floor(startByte / SECTOR_BYTES)
  const endLba = Math.ceil(endByte / SECTOR_BYTES)
  const firstByte = firstLba * SECTOR_BYTES
  const dwords = new Uint32Array(((endLba - firstLba) * SECTOR_BYTES) / 4)
  fillExerciserSectors(dwords, firstLba)
  const bytes = new Uint8Array(dwords.buffer)

  if (firstLba < BOOT_AREA_SECTORS) {
    const boot = exerciserBootArea(sectorCount).subarray(firstByte)
    bytes.set(boot.subarray(0, bytes.length))
  }
  const { flipBit = -1 } = options
  const flipped = bytes[flipBit - firstByte]
  if (flipped !== undefined) bytes[flipBit - firstByte] = flipped ^ 1
  return bytes.subarray(startByte - firstByte, endByte - firstByte)
}
