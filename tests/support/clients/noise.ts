/**
 * Bytes that no compressor makes shorter, the same in each run.
 *
 * @param seed - any whole number; another one gives other bytes.
 */
export function makeNoise(byteLength: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(byteLength / 4))
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, byteLength)
}
