/** Bytes of a sector. */
export const SECTOR_BYTES = 512

/** The first dword of a sector is its LBA, folded to 32 bits, exclusive-or this key. */
export const TAG_KEY = 0x5ec70000

const SECTOR_DWORDS = SECTOR_BYTES / 4

/**
 * Fills sectors with what the exerciser disk holds there: a tag, then a xorshift32 stream seeded by the LBA, so that
 * any sector is known from its number alone.
 *
 * @param target - little-endian dwords, a multiple of 128 (every machine that runs JavaScript is little-endian)
 * @param firstLba - sector number of the first one; may be beyond 2^32
 */
export function fillExerciserSectors(target: Uint32Array, firstLba: number): void {
  for (let offset = 0; offset < target.length; offset += SECTOR_DWORDS)
    fillSector(target, offset, firstLba + offset / SECTOR_DWORDS)
}

function fillSector(target: Uint32Array, offset: number, lba: number): void {
  const foldedLba = foldTo32Bits(lba)
  target[offset] = foldedLba ^ TAG_KEY
  // Multiplying by 2^32 over the golden ratio spreads neighbouring LBAs; xorshift must not start at zero.
  let state = Math.imul(foldedLba + 1, 0x9e3779b1) || 1
  const end = offset + SECTOR_DWORDS
  for (let index = offset + 1; index < end; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    target[index] = state
  }
}

/** Bitwise operators see 32 bits only: beyond 2 TiB the high part is mixed in, so that sectors still differ. */
function foldTo32Bits(lba: number): number {
  return lba ^ Math.imul(Math.floor(lba / 2 ** 32), 0x85ebca6b)
}
