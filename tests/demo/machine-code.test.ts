import { expect, test } from 'vitest'

import {
  absolute,
  assemble,
  dword,
  label,
  near,
  padTo,
  short,
} from '../../src/demo/guests/assembler.ts'
import { createCrc32 } from '../../src/demo/guests/crc32.ts'
import { readExerciserRange } from '../../src/demo/guests/exerciser-disk.ts'
import { minibios } from '../../src/demo/guests/minibios.ts'

test('labels resolve to addresses and to distances from the end of the instruction', () => {
  const { bytes, labelOffsets } = assemble(
    [label('start'), [0xbe, absolute('text')], [0xe9, near('start')], label('text'), ['A', 0]],
    0x7c00,
  )
  expect(Array.from(bytes)).toEqual([0xbe, 0x06, 0x7c, 0xe9, 0xfa, 0xff, 0x41, 0])
  expect(labelOffsets.get('text')).toBe(6)
})

test('a mistake in a listing is told', () => {
  const far = [label('start'), padTo(200), [0xeb, short('start')]]
  expect(() => assemble(far, 0)).toThrow('short jump to start is too long: -202 bytes')
  expect(() => assemble([[0xeb, short('nowhere')]], 0)).toThrow('label nowhere is not defined')
  expect(() => assemble([label('a'), label('a')], 0)).toThrow('label a is defined twice')
  expect(() => assemble([[dword(0)], padTo(3)], 0)).toThrow('longer than 3 bytes')
})

test('the checksum is that of zip and Ethernet, in pieces too', () => {
  const crc = createCrc32()
  crc.update(new TextEncoder().encode('1234'))
  crc.update(new TextEncoder().encode('56789'))
  expect(crc.hex()).toBe('CBF43926')
})

test('the boot sector has code, a bootable partition to the end of the disk, and the signature', () => {
  const sector = readExerciserRange(131072, 0, 512)
  const view = new DataView(sector.buffer, sector.byteOffset)
  expect(view.getUint8(0)).toBe(0xfa) // cli
  expect(view.getUint8(446)).toBe(0x80)
  expect(view.getUint32(454, true) + view.getUint32(458, true)).toBe(131072)
  expect(view.getUint16(510, true)).toBe(0xaa55)
})

test('a partition table of a disk beyond 2 TiB holds the largest number it can', () => {
  const sector = readExerciserRange(2 ** 33, 0, 512)
  expect(new DataView(sector.buffer, sector.byteOffset).getUint32(458, true)).toBe(0xffffffff)
})

test('the BIOS is 64 KiB and starts at its reset vector', () => {
  const rom = minibios()
  expect(rom.length).toBe(65536)
  expect(Array.from(rom.subarray(0xfff0, 0xfff5))).toEqual([0xea, 0, 0, 0, 0xf0]) // jmp F000:0000
  expect(Array.from(rom.subarray(0, 2))).toEqual([0xfa, 0xfc]) // cli; cld
})
