import { absolute, assemble, label, near, short, word, type Line } from './assembler.ts'
import { READ_DISK } from './minibios-disk.ts'
import { SET_TEXT_MODE, TELETYPE } from './minibios-screen.ts'

const ROM_BYTES = 65536
const ROM_SEGMENT = 0xf000
const RESET_VECTOR_OFFSET = 0xfff0

/** The boot sector's disk address packet is built here, in RAM. */
const PACKET_ADDRESS = 0x600
const BOOT_ADDRESS = 0x7c00
const FIRST_HARD_DISK = 0x80

/**
 * A PC firmware of our own: 64 KiB, text mode, INT 10h AH=0Eh, INT 13h AH=42h and INT 16h AH=00h. That is enough to
 * boot the exerciser in v86 (`bios` option, without `vga_bios`), so that the demo carries no third-party firmware.
 */
export function minibios(): Uint8Array<ArrayBuffer> {
  const listing = [
    ...START,
    ...SET_TEXT_MODE,
    ...BOOT,
    ...TELETYPE,
    label('interruptReturn'),
    [0xcf], // iret
    ...READ_DISK,
    ...WAIT_FOR_KEY,
    label('banner'),
    ['minibios\r\n', 0],
  ]
  const { bytes } = assemble(listing, 0)
  const rom = new Uint8Array(ROM_BYTES).fill(0xff)
  rom.set(bytes)
  rom.set([0xea, ...word(0), ...word(ROM_SEGMENT)], RESET_VECTOR_OFFSET) // jmp F000:0000
  return rom
}

const START: readonly Line[] = [
  [0xfa], // cli
  [0xfc], // cld
  [0x31, 0xc0], // xor ax, ax
  [0x8e, 0xd8], // mov ds, ax
  [0x8e, 0xc0], // mov es, ax
  [0x8e, 0xd0], // mov ss, ax
  [0xbc, word(0x7000)], // mov sp, 7000h
  [0x31, 0xff], // xor di, di
  [0xb9, word(256)], // mov cx, 256
  label('vector'),
  [0xb8, absolute('interruptReturn')], // mov ax, interruptReturn
  [0xab], // stosw
  [0xb8, word(ROM_SEGMENT)], // mov ax, F000h
  [0xab], // stosw
  [0xe2, short('vector')], // loop vector
  [0xc7, 0x06, word(0x10 * 4), absolute('teletype')], // mov word [40h], teletype
  [0xc7, 0x06, word(0x13 * 4), absolute('readDisk')], // mov word [4Ch], readDisk
  [0xc7, 0x06, word(0x16 * 4), absolute('waitForKey')], // mov word [58h], waitForKey
  [0xb0, 0xff], // mov al, FFh: mask all interrupts, everything is polled
  [0xe6, 0x21], // out 21h, al
  [0xe6, 0xa1], // out A1h, al
]

/** Loads sector 0 to 0:7C00h and jumps there. */
const BOOT: readonly Line[] = [
  [0xbe, absolute('banner')], // mov si, banner
  label('bannerCharacter'),
  [0x2e, 0xac], // lodsb from cs:si
  [0x84, 0xc0], // test al, al
  [0x74, short('boot')], // jz boot
  [0xb4, 0x0e], // mov ah, 0Eh
  [0xcd, 0x10], // int 10h
  [0xeb, short('bannerCharacter')], // jmp bannerCharacter
  label('boot'),
  ...[16, 1, BOOT_ADDRESS, 0, 0, 0, 0, 0].map((value, index): Line => {
    return [0xc7, 0x06, word(PACKET_ADDRESS + 2 * index), word(value)] // mov word [packet + 2 * index], value
  }),
  [0xbe, word(PACKET_ADDRESS)], // mov si, packet
  [0xb4, 0x42], // mov ah, 42h: extended read
  [0xb2, FIRST_HARD_DISK], // mov dl, 80h
  [0xcd, 0x13], // int 13h
  [0x72, short('noBoot')], // jc noBoot
  [0x81, 0x3e, word(BOOT_ADDRESS + 510), word(0xaa55)], // cmp word [7DFEh], AA55h
  [0x75, short('noBoot')], // jne noBoot
  [0xb2, FIRST_HARD_DISK], // mov dl, 80h
  [0xea, word(BOOT_ADDRESS), word(0)], // jmp 0:7C00h
  label('noBoot'),
  [0xb8, 0x21, 0x0e], // mov ax, 0E21h: teletype '!'
  [0xcd, 0x10], // int 10h
  label('halt'),
  [0xf4], // hlt
  [0xeb, short('halt')], // jmp halt
]

/** INT 16h: waits until a key goes down and returns its scan code in AH; AL is a blank, whatever the key. */
const WAIT_FOR_KEY: readonly Line[] = [
  label('waitForKey'),
  [0xe4, 0x64], // in al, 64h
  [0xa8, 1], // test al, 1: a byte waits
  [0x74, short('waitForKey')], // jz waitForKey
  [0xe4, 0x60], // in al, 60h
  [0xa8, 0x80], // test al, 80h: a key came up
  [0x0f, 0x85, near('waitForKey')], // jnz waitForKey
  [0x88, 0xc4], // mov ah, al
  [0xb0, 0x20], // mov al, 20h
  [0xcf], // iret
]
