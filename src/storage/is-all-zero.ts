/** Whether every byte is zero. Stops at the first that is not, so ordinary chunks cost nothing. */
export function isAllZero(bytes: Uint8Array): boolean {
  const wordCount = bytes.byteOffset % 8 === 0 ? Math.floor(bytes.byteLength / 8) : 0
  const words = new BigUint64Array(bytes.buffer, wordCount > 0 ? bytes.byteOffset : 0, wordCount)
  return words.every((word) => word === 0n) && bytes.subarray(wordCount * 8).every((b) => b === 0)
}
