/** Samples a second, two channels of 16 bits. */
const sampleRate = 48_000

/** How long a step of {@link makeStairs} lasts. */
export const secondsPerStep = 5

/** By how much a step is higher than the one before, as a share of full scale. */
export const stepHeight = 600 / 32_768

/**
 * A sound that tells where it is: stairs. The left channel holds the level `(n + 1) * stepHeight` during step n, the
 * right one the same below zero.
 */
export function makeStairs(stepCount: number): Uint8Array {
  const header = 44
  const bytesPerStep = secondsPerStep * sampleRate * 4
  const file = Buffer.alloc(header + stepCount * bytesPerStep)
  file.write('RIFF', 0, 'ascii')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'ascii')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20) // PCM
  file.writeUInt16LE(2, 22)
  file.writeUInt32LE(sampleRate, 24)
  file.writeUInt32LE(sampleRate * 4, 28)
  file.writeUInt16LE(4, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'ascii')
  file.writeUInt32LE(file.length - header, 40)
  const sample = Buffer.alloc(4)
  for (let step = 0; step < stepCount; step++) {
    const level = Math.round((step + 1) * stepHeight * 32_768)
    sample.writeInt16LE(level, 0)
    sample.writeInt16LE(-level, 2)
    const start = header + step * bytesPerStep
    file.fill(sample, start, start + bytesPerStep)
  }
  return file
}
