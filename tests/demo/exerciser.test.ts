import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'
import { fillExerciserSectors, SECTOR_BYTES } from '../../src/demo/guests/exerciser-content.ts'
import {
  exerciserReads,
  expectedCrc,
  pickFlippableByte,
} from '../../src/demo/guests/exerciser-workload.ts'

const MIB_SECTORS = 2048
const TIB_SECTORS = 2 ** 31
const SMALLEST = 8 * MIB_SECTORS

test('any range equals that slice of the whole image', () => {
  const image = readExerciserRange(SMALLEST, 0, SMALLEST * SECTOR_BYTES)
  const offset = fc.nat({ max: image.length })
  fc.assert(
    fc.property(offset, fc.nat({ max: 20_000 }), (start, length) => {
      const end = Math.min(image.length, start + length)
      const range = readExerciserRange(SMALLEST, start, end)
      expect(Buffer.compare(range, image.subarray(start, end))).toBe(0)
    }),
  )
})

test('ranges around the boot area join without a seam', () => {
  const whole = readExerciserRange(SMALLEST, 0, 8192)
  const parts = [0, 1, 511, 512, 4095, 4096, 4097, 8192].map((end, index, ends) =>
    readExerciserRange(SMALLEST, ends[index - 1] ?? 0, end),
  )
  expect(Buffer.concat(parts).equals(whole)).toBe(true)
})

test('a range beyond the disk is refused', () => {
  const size = SMALLEST * SECTOR_BYTES
  expect(() => readExerciserRange(SMALLEST, 0, size + 1)).toThrow(RangeError)
  expect(() => readExerciserRange(SMALLEST, -1, 1)).toThrow(RangeError)
  expect(() => readExerciserRange(SMALLEST - 1, 0, 512)).toThrow(RangeError)
})

test('sectors differ beyond 2^32, where bitwise arithmetic folds their numbers', () => {
  const low = new Uint32Array(128)
  const high = new Uint32Array(128)
  fillExerciserSectors(low, 5)
  fillExerciserSectors(high, 2 ** 32 + 5)
  expect(high).not.toEqual(low)
})

test.each([
  ['8 MiB', SMALLEST, 'E88BDDB4'],
  ['64 MiB', 64 * MIB_SECTORS, '86C71A51'],
  ['1 GiB', 1024 * MIB_SECTORS, 'D0684180'],
  ['1 TiB', TIB_SECTORS, '6A80FB61'],
])('the guest of a %s disk is expected to print a known checksum', (_, sectorCount, crc) => {
  expect(expectedCrc(sectorCount)).toBe(crc)
})

test('the workload stays between the boot area and the end of the disk, from 8 MiB to 4 TiB', () => {
  const sizes = fc.integer({ min: SMALLEST, max: 4 * TIB_SECTORS })
  fc.assert(
    fc.property(sizes, (sectorCount) => {
      for (const { lba, sectorCount: count } of exerciserReads(sectorCount))
        if (lba < MIB_SECTORS || lba + count > sectorCount) throw new Error(`LBA ${lba}`)
    }),
    { examples: [[SMALLEST], [TIB_SECTORS], [2 * TIB_SECTORS], [4 * TIB_SECTORS]] },
  )
})

test('the workload of a 1 TiB disk reaches its last hundredth', () => {
  const reached = Array.from(exerciserReads(TIB_SECTORS), ({ lba }) => lba)
  expect(Math.max(...reached)).toBeGreaterThan(TIB_SECTORS * 0.99)
})

test.each([SMALLEST, 64 * MIB_SECTORS, TIB_SECTORS, 4 * TIB_SECTORS])(
  'the byte picked to be flipped on %i sectors is read, is in no tag, and changes the checksum',
  (sectorCount) => {
    const flipBit = pickFlippableByte(sectorCount)
    const lba = Math.floor(flipBit / SECTOR_BYTES)
    const isRead = Array.from(exerciserReads(sectorCount)).some(
      (read) => read.lba <= lba && lba < read.lba + read.sectorCount,
    )
    expect(isRead).toBe(true)
    expect(flipBit % SECTOR_BYTES).toBeGreaterThanOrEqual(4)
    expect(expectedCrc(sectorCount, { flipBit })).not.toBe(expectedCrc(sectorCount))
  },
)

test('flipping a bit changes that byte alone', () => {
  const flipBit = pickFlippableByte(SMALLEST)
  const range = [flipBit - 700, flipBit + 700] as const
  const plain = readExerciserRange(SMALLEST, ...range)
  const flipped = readExerciserRange(SMALLEST, ...range, { flipBit })
  const differences = Array.from(flipped, (byte, index) => byte ^ (plain[index] ?? 0))
  expect(differences.filter((difference) => difference !== 0)).toEqual([1])
  expect(differences[700]).toBe(1)
})
