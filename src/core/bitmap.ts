/** A set of small integers, one bit each, least significant bit of byte 0 first. */
export type Bitmap = Uint8Array

/** An empty bitmap for the integers 0 to `length - 1`. */
export function createBitmap(length: number): Bitmap {
  return new Uint8Array(Math.ceil(length / 8))
}

/** Whether bit `index` is set; `false` beyond the bitmap's end. */
export function hasBit(bitmap: Bitmap, index: number): boolean {
  return ((bitmap[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0
}

/** Sets bit `index` to `value`, in place. */
export function setBit(bitmap: Bitmap, index: number, value = true): void {
  const mask = 1 << (index & 7)
  const byte = bitmap[index >>> 3] ?? 0
  bitmap[index >>> 3] = value ? byte | mask : byte & ~mask
}

/** The number of bits that are set. */
export function countBits(bitmap: Bitmap): number {
  let count = 0
  for (let byte of bitmap) {
    for (; byte !== 0; byte &= byte - 1) count++
  }
  return count
}

/** The indices of the set bits, ascending, plus `offset`. */
export function* bitsOf(bitmap: Bitmap, offset = 0): Generator<number> {
  for (let at = 0; at < bitmap.length; at++) {
    const byte = bitmap[at] ?? 0
    for (let bit = 0; bit < 8; bit++) {
      if ((byte & (1 << bit)) !== 0) yield offset + at * 8 + bit
    }
  }
}
