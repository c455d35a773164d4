/**
 * Offsets that look random and are the same in each run: a linear congruential generator.
 *
 * @param seed - another one gives others
 * @returns multiples of `length` that leave room for `length` bytes on the disk
 */
export function randomOffsets(
  count: number,
  { size, length, seed }: { size: number; length: number; seed: number },
): number[] {
  const places = Math.floor(size / length)
  const offsets: number[] = []
  for (let at = 0, state = seed + 1; at < count; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    offsets.push(Math.floor((state / 2 ** 32) * places) * length)
  }
  return offsets
}
