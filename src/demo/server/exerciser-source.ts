import { createCrc32 } from '../guests/crc32.ts'
import { exerciserBootArea } from '../guests/exerciser-boot-area.ts'
import { readExerciserRange, type ExerciserOptions } from '../guests/exerciser-disk.ts'
import { SECTOR_BYTES } from '../guests/exerciser-content.ts'
import { MIN_EXERCISER_SECTORS } from '../guests/exerciser-phases.ts'
import { pickFlippableByte } from '../guests/exerciser-workload.ts'
import type { DiskSource } from './disk-source.ts'

/** Sectors of `exerciser.img`: 64 MiB. */
export const DEFAULT_EXERCISER_SECTORS = 131072

const SECTORS_OF_UNIT = { MiB: 2 ** 11, GiB: 2 ** 21, TiB: 2 ** 31 } as const
const MAX_SECTORS = Math.floor(Number.MAX_SAFE_INTEGER / SECTOR_BYTES)

/**
 * A computed exerciser disk; its entity tag follows from size, program and options.
 *
 * @param sectorCount - size in sectors, at least 16384
 */
export function createExerciserSource(
  sectorCount: number,
  options: ExerciserOptions = {},
): DiskSource {
  const crc = createCrc32()
  crc.update(exerciserBootArea(sectorCount))
  const variant = options.flipBit === undefined ? '' : `-flip${options.flipBit}`
  return {
    size: sectorCount * SECTOR_BYTES,
    etag: `"exerciser-${sectorCount}-${crc.hex()}${variant}"`,
    lastModified: new Date('2024-01-01T00:00:00Z'),
    read: (start, end) => readExerciserRange(sectorCount, start, end, options),
  }
}

/**
 * Finds the disk of a name: `exerciser.img`, `exerciser-512MiB.img`, `exerciser-1TiB.img`, and each with `-flipped`
 * before `.img` for one wrong bit, such as `exerciser-64MiB-flipped.img`.
 *
 * @returns `undefined` for any other name, and for a disk that is too small or too large
 */
export function findExerciserSource(name: string): DiskSource | undefined {
  const match = /^exerciser(?:-([1-9]\d{0,8})(MiB|GiB|TiB))?(-flipped)?\.img$/.exec(name)
  if (match === null) return undefined
  const [, count, unit, flipped] = match
  const sectorCount =
    count === undefined
      ? DEFAULT_EXERCISER_SECTORS
      : Number(count) * SECTORS_OF_UNIT[unit as keyof typeof SECTORS_OF_UNIT]
  if (sectorCount < MIN_EXERCISER_SECTORS || sectorCount > MAX_SECTORS) return undefined
  const flipBit = flipped === undefined ? undefined : pickFlippableByte(sectorCount)
  return createExerciserSource(sectorCount, { flipBit })
}
