import { label, short, word, type Line } from './assembler.ts'

const ATA_DATA = 0x1f0
const ATA_SECTOR_COUNT = 0x1f2
const ATA_DEVICE = 0x1f6
const ATA_COMMAND = 0x1f7

const DEVICE_0_LBA = 0xe0
/** 48-bit LBA; the 28 bits of READ MULTIPLE would end at 128 GiB. One command is one read of v86. */
const READ_MULTIPLE_EXT = 0x29
/** What v86 hands out as one block of data. */
const MAX_SECTORS = 128

const STATUS_BUSY = 0x80
const STATUS_FAULT_OR_ERROR = 0x21
const STATUS_DATA = 0x08
/** v86's answer to a read outside of the disk. */
const STATUS_OUTSIDE = 0xff

/** Offsets in the disk address packet at DS:SI. */
const PACKET_COUNT = 2
const PACKET_BUFFER = 4
const PACKET_LBA = 8

/** Offset of the saved flags from BP, after `push bp; mov bp, sp` on top of an interrupt frame. */
const SAVED_FLAGS = 6

/** INT 13h AH=42h: reads up to 128 sectors from the first ATA disk. Carry and AH=1 on failure. */
export const READ_DISK: readonly Line[] = [
  label('readDisk'),
  [0x80, 0xfc, 0x42], // cmp ah, 42h
  [0x75, short('unsupported')], // jne unsupported
  [0x83, 0x7c, PACKET_COUNT, 0], // cmp word [si + count], 0
  [0x74, short('unsupported')], // je unsupported
  [0x81, 0x7c, PACKET_COUNT, word(MAX_SECTORS)], // cmp word [si + count], 128
  [0x77, short('unsupported')], // ja unsupported
  [0x60], // pusha
  [0x1e], // push ds
  [0x06], // push es
  [0xba, word(ATA_COMMAND)], // mov dx, status
  label('waitForIdle'),
  [0xec], // in al, dx
  [0x3c, STATUS_OUTSIDE], // cmp al, FFh
  [0x74, short('readError')], // je readError
  [0xa8, STATUS_BUSY], // test al, busy
  [0x75, short('waitForIdle')], // jnz waitForIdle
  [0xba, word(ATA_DEVICE)], // mov dx, device
  [0xb0, DEVICE_0_LBA], // mov al, E0h
  [0xee], // out dx, al
  [0xba, word(ATA_SECTOR_COUNT)], // mov dx, sector count
  // Each of the four registers takes the high byte first, then the low one.
  ...writeFromPacket(PACKET_COUNT + 1, PACKET_COUNT),
  ...writeFromPacket(PACKET_LBA + 3, PACKET_LBA),
  ...writeFromPacket(PACKET_LBA + 4, PACKET_LBA + 1),
  ...writeFromPacket(PACKET_LBA + 5, PACKET_LBA + 2),
  [0xba, word(ATA_COMMAND)], // mov dx, command
  [0xb0, READ_MULTIPLE_EXT], // mov al, 29h
  [0xee], // out dx, al
  label('waitForData'),
  [0xec], // in al, dx
  [0x3c, STATUS_OUTSIDE], // cmp al, FFh
  [0x74, short('readError')], // je readError
  [0xa8, STATUS_BUSY], // test al, busy
  [0x75, short('waitForData')], // jnz waitForData
  [0xa8, STATUS_FAULT_OR_ERROR], // test al, fault or error
  [0x75, short('readError')], // jnz readError
  [0xa8, STATUS_DATA], // test al, data
  [0x74, short('waitForData')], // jz waitForData
  [0x8b, 0x4c, PACKET_COUNT], // mov cx, [si + count]
  [0xc1, 0xe1, 8], // shl cx, 8: words
  [0xc4, 0x7c, PACKET_BUFFER], // les di, [si + buffer]
  [0xba, word(ATA_DATA)], // mov dx, data
  [0xf3, 0x6d], // rep insw
  [0x07], // pop es
  [0x1f], // pop ds
  [0x61], // popa
  [0xb4, 0], // mov ah, 0
  [0x55], // push bp
  [0x89, 0xe5], // mov bp, sp
  [0x80, 0x66, SAVED_FLAGS, 0xfe], // and byte [bp + flags], FEh: no carry
  [0x5d], // pop bp
  [0xcf], // iret
  label('readError'),
  [0x07], // pop es
  [0x1f], // pop ds
  [0x61], // popa
  label('unsupported'),
  [0xb4, 1], // mov ah, 1
  [0x55], // push bp
  [0x89, 0xe5], // mov bp, sp
  [0x80, 0x4e, SAVED_FLAGS, 1], // or byte [bp + flags], 1: carry
  [0x5d], // pop bp
  [0xcf], // iret
]

/** Writes two bytes of the packet to the register at DX, and goes to the next register. */
function writeFromPacket(highOffset: number, lowOffset: number): Line[] {
  return [
    [0x8a, 0x44, highOffset], // mov al, [si + high]
    [0xee], // out dx, al
    [0x8a, 0x44, lowOffset], // mov al, [si + low]
    [0xee], // out dx, al
    [0x42], // inc dx
  ]
}
