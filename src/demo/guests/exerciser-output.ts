import { absolute, label, near, short, word, type Line } from './assembler.ts'

const COM1 = 0x3f8
const COM1_LINE_STATUS = COM1 + 5

/** Sets COM1 to 115200 baud, 8N1. */
export const OPEN_SERIAL_PORT: readonly Line[] = [
  ...setPort(COM1 + 1, 0), // no interrupts
  ...setPort(COM1 + 3, 0x80), // divisor latch
  ...setPort(COM1, 1), // 115200 baud
  ...setPort(COM1 + 1, 0),
  ...setPort(COM1 + 3, 3), // 8N1
  ...setPort(COM1 + 4, 3), // DTR, RTS
]

/** `print`, `printCharacter` and `printHex`, to COM1 and to the screen. */
export const PRINT_ROUTINES: readonly Line[] = [
  label('print'), // zero-terminated text at ds:si
  [0xac], // lodsb
  [0x84, 0xc0], // test al, al
  [0x74, short('return')], // jz return
  [0xe8, near('printCharacter')], // call printCharacter
  [0xeb, short('print')], // jmp print
  label('printCharacter'), // al, to COM1 and to the screen
  [0x53], // push bx
  [0x52], // push dx
  [0x50], // push ax
  [0xba, word(COM1_LINE_STATUS)], // mov dx, line status
  label('waitForSerial'),
  [0xec], // in al, dx
  [0xa8, 0x20], // test al, 20h: transmitter empty
  [0x74, short('waitForSerial')], // jz waitForSerial
  [0x58], // pop ax
  [0x50], // push ax
  [0xba, word(COM1)], // mov dx, COM1
  [0xee], // out dx, al
  [0xbb, word(7)], // mov bx, 7: page 0, grey
  [0xb4, 0x0e], // mov ah, 0Eh: teletype
  [0xcd, 0x10], // int 10h
  [0x58], // pop ax
  [0x5a], // pop dx
  [0x5b], // pop bx
  label('return'),
  [0xc3], // ret
  label('printHex'), // eax, eight digits
  [0xb9, word(8)], // mov cx, 8
  label('digit'),
  [0x66, 0xc1, 0xc0, 4], // rol eax, 4
  [0x66, 0x50], // push eax
  [0x24, 0x0f], // and al, 0Fh
  [0x3c, 10], // cmp al, 10
  [0x72, short('decimal')], // jb decimal
  [0x04, 7], // add al, 'A' - '9' - 1
  label('decimal'),
  [0x04, '0'], // add al, '0'
  [0xe8, near('printCharacter')], // call printCharacter
  [0x66, 0x58], // pop eax
  [0xe2, short('digit')], // loop digit
  [0xc3], // ret
]

/** Prints the zero-terminated text at a label. */
export function print(text: string): Line[] {
  return [
    [0xbe, absolute(text)], // mov si, text
    [0xe8, near('print')], // call print
  ]
}

function setPort(port: number, value: number): Line[] {
  return [
    [0xba, word(port)], // mov dx, port
    [0xb0, value], // mov al, value
    [0xee], // out dx, al
  ]
}
