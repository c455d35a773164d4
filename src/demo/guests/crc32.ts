/** The 256 remainders of CRC-32 (ISO-HDLC: zip, PNG, Ethernet), polynomial 0xEDB88320 reflected. */
export const CRC32_TABLE: Uint32Array<ArrayBuffer> = Uint32Array.from(
  { length: 256 },
  (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1
    return remainder >>> 0
  },
)

/** A CRC-32 that is fed piece by piece. */
export interface Crc32 {
  /** Adds bytes. */
  update(bytes: Uint8Array): void
  /** The checksum of all bytes so far, as eight upper-case hexadecimal digits. */
  hex(): string
}

/**
 * Starts a CRC-32.
 *
 * @example
 * const crc = createCrc32()
 * crc.update(new TextEncoder().encode('123456789'))
 * crc.hex() // 'CBF43926'
 */
export function createCrc32(): Crc32 {
  let remainder = 0xffffffff
  return {
    update(bytes) {
      for (const byte of bytes)
        remainder = (CRC32_TABLE[(remainder ^ byte) & 255] ?? 0) ^ (remainder >>> 8)
    },
    hex: () => (~remainder >>> 0).toString(16).padStart(8, '0').toUpperCase(),
  }
}
