import { expect, test } from 'vitest'
import { createNoiseDisk } from './noise-disk.ts'
import { randomOffsets } from './random-offsets.ts'

const MiB = 2 ** 20
const disk = createNoiseDisk('test', 16 * MiB)

function read(start: number, end: number): Buffer {
  return Buffer.from(disk.read(start, end) as Uint8Array)
}

test('a read across MiBs is the two reads beside each other', () => {
  const whole = read(MiB - 3000, MiB + 5000)
  expect(whole).toHaveLength(8000)
  expect(whole).toEqual(Buffer.concat([read(MiB - 3000, MiB), read(MiB, MiB + 5000)]))
})

test('each MiB is another one, and no sector is zero', () => {
  const sectors = Array.from({ length: 16 }, (_, at) =>
    read(at * MiB, at * MiB + 512).toString('hex'),
  )
  expect(new Set(sectors).size).toBe(16)
  const last = read(16 * MiB - 512, 16 * MiB)
  expect(last).toHaveLength(512)
  expect(last.some((byte) => byte !== 0)).toBe(true)
})

test('no two blocks of 4 KiB are equal, of one disk or of several', () => {
  const blocks = ['a-0.img', 'a-1.img'].flatMap((name) => {
    const bytes = createNoiseDisk(name, 16 * MiB).read(0, 16 * MiB) as Buffer
    return Array.from({ length: (16 * MiB) / 4096 }, (_, at) =>
      bytes.subarray(at * 4096, (at + 1) * 4096).toString('latin1'),
    )
  })
  expect(new Set(blocks).size).toBe(blocks.length)
})

test('a read that begins or ends within a stamp has its part of it', () => {
  const whole = read(8192 - 100, 8192 + 100)
  for (const at of [8185, 8192, 8195, 8203, 8208]) {
    expect(Buffer.concat([read(8192 - 100, at), read(at, 8192 + 100)])).toEqual(whole)
  }
})

test('random offsets are aligned, within the disk, and the same each time', () => {
  const place = { size: 16 * MiB, length: 4096, seed: 3 }
  const offsets = randomOffsets(100, place)
  expect(offsets).toEqual(randomOffsets(100, place))
  expect(offsets).not.toEqual(randomOffsets(100, { ...place, seed: 4 }))
  expect(new Set(offsets).size).toBeGreaterThan(80)
  for (const offset of offsets) {
    expect(offset % 4096).toBe(0)
    expect(offset).toBeLessThanOrEqual(16 * MiB - 4096)
  }
})
