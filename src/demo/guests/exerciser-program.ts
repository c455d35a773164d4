import {
  absolute,
  assemble,
  dword,
  label,
  near,
  padTo,
  short,
  word,
  type AssembledCode,
  type Line,
} from './assembler.ts'
import { CRC32_TABLE } from './crc32.ts'
import { SECTOR_BYTES, TAG_KEY } from './exerciser-content.ts'
import { OPEN_SERIAL_PORT, print, PRINT_ROUTINES } from './exerciser-output.ts'
import { PARTITION_LBA } from './exerciser-phases.ts'
import { messages, PHASE_BYTES, phaseTable } from './exerciser-program-data.ts'

/** Where a BIOS loads the boot sector. */
const BOOT_ADDRESS = 0x7c00

/** The reads land at 1000:0000, far from program and stack. */
const READ_BUFFER_SEGMENT = 0x1000

/**
 * Assembles the exerciser: a boot sector and a program of under 4 KiB that performs the workload with INT 13h
 * AH=42h, checks the tag of every sector, and prints `OK <CRC-32>` on COM1 (115200 8N1) and on the screen; a sector
 * of another place gives `BAD LBA <lba>`, a failed read `ERR <AH><low half of the LBA>`.
 *
 * @param sectorCount - size of the disk in sectors; the workload is spread over it
 */
export function assembleExerciser(sectorCount: number): AssembledCode {
  const listing = [
    ...BOOT_SECTOR,
    label('main'),
    ...OPEN_SERIAL_PORT,
    ...PHASE_LOOP,
    ...READ_LOOP,
    ...CHECK_SECTORS,
    ...ENDINGS,
    ...PRINT_ROUTINES,
    ...VARIABLES,
    ...phaseTable(sectorCount),
    ...messages(sectorCount),
    label('table'),
    ...Array.from(CRC32_TABLE, (remainder) => [dword(remainder)]),
  ]
  return assemble(listing, BOOT_ADDRESS)
}

const BOOT_SECTOR: readonly Line[] = [
  [0xfa], // cli
  [0x31, 0xc0], // xor ax, ax
  [0x8e, 0xd8], // mov ds, ax
  [0x8e, 0xc0], // mov es, ax
  [0x8e, 0xd0], // mov ss, ax
  [0xbc, word(BOOT_ADDRESS)], // mov sp, 7C00h
  [0xfb], // sti
  [0xfc], // cld
  [0xea, absolute('entry'), word(0)], // jmp 0:entry
  label('entry'),
  [0x88, 0x16, absolute('drive')], // mov [drive], dl
  [0xbe, absolute('loadPacket')], // mov si, loadPacket
  [0xb4, 0x42], // mov ah, 42h: extended read
  [0xcd, 0x13], // int 13h
  [0x0f, 0x82, near('bootFailed')], // jc bootFailed
  [0xe9, near('main')], // jmp main
  label('bootFailed'),
  [0xb8, 0x21, 0x0e], // mov ax, 0E21h: teletype '!'
  [0xcd, 0x10], // int 10h
  label('bootHalt'),
  [0xf4], // hlt
  [0xeb, short('bootHalt')], // jmp bootHalt
  label('loadPacket'), // sectors 1 to 7 to 0:7E00h
  [16, 0, word(7), word(BOOT_ADDRESS + SECTOR_BYTES), word(0), dword(1), dword(0)],
  label('drive'),
  [0x80],
  label('bootSectorEnd'), // the partition table follows
  padTo(SECTOR_BYTES),
]

/** BX walks over the phase table (see `phaseTable`). */
const PHASE_LOOP: readonly Line[] = [
  ...print('banner'),
  [0x66, 0xc7, 0x06, absolute('crc'), dword(0xffffffff)], // mov dword [crc], -1
  [0xbb, absolute('phases')], // mov bx, phases
  label('phase'),
  [0x80, 0x3f, 0xff], // cmp byte [bx], FFh
  [0x0f, 0x84, near('done')], // je done
  [0x8b, 0x77, 12], // mov si, [bx + name]
  [0xe8, near('print')], // call print
  [0x8b, 0x47, 2], // mov ax, [bx + count]
  [0xa3, absolute('left')], // mov [left], ax
  [0x66, 0x8b, 0x47, 4], // mov eax, [bx + start]
  [0x66, 0xa3, absolute('state')], // mov [state], eax
]

const READ_LOOP: readonly Line[] = [
  label('read'),
  [0x66, 0xa1, absolute('state')], // mov eax, [state]
  [0x80, 0x3f, 0], // cmp byte [bx], 0
  [0x74, short('linear')], // je linear
  ...xorshift(0xe1, 13), // shl
  ...xorshift(0xe9, 17), // shr
  ...xorshift(0xe1, 5), // shl
  [0x66, 0xa3, absolute('state')], // mov [state], eax
  [0x66, 0xf7, 0x67, 8], // mul dword [bx + blocks]: edx = block
  [0x66, 0x0f, 0xb6, 0x4f, 1], // movzx ecx, byte [bx + sectors]
  [0x66, 0x89, 0xd0], // mov eax, edx
  [0x66, 0xf7, 0xe1], // mul ecx
  [0x66, 0x05, dword(PARTITION_LBA)], // add eax, 2048
  [0xeb, short('haveLba')], // jmp haveLba
  label('linear'),
  [0x66, 0x8b, 0x4f, 8], // mov ecx, [bx + step]
  [0x66, 0x01, 0x0e, absolute('state')], // add [state], ecx
  label('haveLba'),
  [0x66, 0xa3, absolute('lba')], // mov [lba], eax
  [0x0f, 0xb6, 0x47, 1], // movzx ax, byte [bx + sectors]
  [0xa3, absolute('sectors')], // mov [sectors], ax
  [0xbe, absolute('packet')], // mov si, packet
  [0x8a, 0x16, absolute('drive')], // mov dl, [drive]
  [0xb4, 0x42], // mov ah, 42h
  [0xcd, 0x13], // int 13h
  [0x0f, 0x82, near('readFailed')], // jc readFailed
]

/** EAX is the LBA that the next tag must hold, EDX the CRC, ES:SI the data. */
const CHECK_SECTORS: readonly Line[] = [
  [0x0f, 0xb6, 0x4f, 1], // movzx cx, byte [bx + sectors]
  [0x31, 0xf6], // xor si, si
  [0x68, word(READ_BUFFER_SEGMENT)], // push 1000h
  [0x07], // pop es
  [0x66, 0xa1, absolute('lba')], // mov eax, [lba]
  [0x66, 0x8b, 0x16, absolute('crc')], // mov edx, [crc]
  label('sector'),
  [0x51], // push cx
  [0x66, 0x50], // push eax
  [0x66, 0x35, dword(TAG_KEY)], // xor eax, TAG_KEY
  [0x26, 0x66, 0x3b, 0x04], // cmp eax, [es:si]
  [0x0f, 0x85, near('badTag')], // jne badTag
  [0xb9, word(SECTOR_BYTES)], // mov cx, 512
  label('byte'),
  [0x26, 0xac], // lodsb from es:si
  [0x30, 0xd0], // xor al, dl
  [0x0f, 0xb6, 0xf8], // movzx di, al
  [0xc1, 0xe7, 2], // shl di, 2
  [0x66, 0xc1, 0xea, 8], // shr edx, 8
  [0x66, 0x33, 0x95, absolute('table')], // xor edx, [di + table]
  [0xe2, short('byte')], // loop byte
  [0x66, 0x58], // pop eax
  [0x66, 0x40], // inc eax
  [0x59], // pop cx
  [0xe2, short('sector')], // loop sector
  [0x66, 0x89, 0x16, absolute('crc')], // mov [crc], edx
  [0xff, 0x0e, absolute('left')], // dec word [left]
  [0x9c], // pushf
  [0xf6, 0x06, absolute('left'), 63], // test byte [left], 63: a dot every 64 reads
  [0x75, short('noDot')], // jnz noDot
  [0xb0, '.'], // mov al, '.'
  [0xe8, near('printCharacter')], // call printCharacter
  label('noDot'),
  [0x9d], // popf
  [0x0f, 0x85, near('read')], // jnz read
  [0x83, 0xc3, PHASE_BYTES], // add bx, PHASE_BYTES
  [0xe9, near('phase')], // jmp phase
]

const ENDINGS: readonly Line[] = [
  label('done'),
  ...print('ok'),
  [0x66, 0xa1, absolute('crc')], // mov eax, [crc]
  [0x66, 0xf7, 0xd0], // not eax
  [0xe8, near('printHex')], // call printHex
  ...print('again'),
  [0x30, 0xe4], // xor ah, ah
  [0xcd, 0x16], // int 16h: wait for a key
  [0xe9, near('main')], // jmp main
  label('badTag'),
  ...print('badLba'),
  [0x66, 0x58], // pop eax
  [0xe8, near('printHex')], // call printHex
  [0xeb, short('halt')], // jmp halt
  label('readFailed'),
  [0x50], // push ax
  ...print('error'),
  [0x58], // pop ax
  [0x66, 0xc1, 0xe0, 16], // shl eax, 16: AH is the error
  [0xa1, absolute('lba')], // mov ax, [lba]
  [0xe8, near('printHex')], // call printHex
  label('halt'),
  [0xf4], // hlt
  [0xeb, short('halt')], // jmp halt
]

const VARIABLES: readonly Line[] = [
  label('packet'), // disk address packet of INT 13h AH=42h
  [16, 0],
  label('sectors'),
  [word(0), word(0), word(READ_BUFFER_SEGMENT)],
  label('lba'),
  [dword(0), dword(0)],
  label('crc'),
  [dword(0)],
  label('state'), // next LBA, or random state
  [dword(0)],
  label('left'), // reads left in this phase
  [word(0)],
]

function xorshift(shiftOpcode: number, bits: number): Line[] {
  return [
    [0x66, 0x89, 0xc1], // mov ecx, eax
    [0x66, 0xc1, shiftOpcode, bits], // shl or shr ecx, bits
    [0x66, 0x31, 0xc8], // xor eax, ecx
  ]
}
