const patternWords = 2 ** 14

/** Random once and for all; xorshift, so that every run of the tests has the same. */
const pattern = makePattern()

/** What tells the content of one version of a disk from that of another. */
export interface ContentChoice {
  readonly version: number
  readonly sizeBytes: number
  /** Every third piece of this size is all zeroes; 0 for none. */
  readonly zeroBytes: number
}

/** Computes the bytes of a version. They differ nearly everywhere from those of any other place and version. */
export function makeContent({ version, sizeBytes, zeroBytes }: ContentChoice): Uint8Array {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4))
  const ofVersion = Math.imul(version, 0x9e3779b1)
  for (let at = 0; at < words.length; at += patternWords) {
    const key = ofVersion ^ Math.imul(at / patternWords + 1, 0x85ebca6b)
    const end = Math.min(at + patternWords, words.length)
    for (let index = at; index < end; index++) words[index] = (pattern[index - at] ?? 0) ^ key
  }
  const bytes = new Uint8Array(words.buffer).subarray(0, sizeBytes)
  if (zeroBytes > 0) {
    for (let piece = version % 3; piece * zeroBytes < sizeBytes; piece += 3)
      bytes.fill(0, piece * zeroBytes, (piece + 1) * zeroBytes)
  }
  return bytes
}

function makePattern(): Uint32Array {
  const words = new Uint32Array(patternWords)
  let state = 0x2545f491
  for (let index = 0; index < patternWords; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return words
}
