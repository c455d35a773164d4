import { label, near, short, word, type Line } from './assembler.ts'

const COLUMNS = 80
const ROWS = 25
const SCREEN_SEGMENT = 0xb800
/** BIOS data area: column and row of the cursor. */
const CURSOR_ADDRESS = 0x450
/** A blank, grey on black. */
const BLANK_CELL = 0x0720

const SEQUENCER_PORT = 0x3c4
const CRTC_PORT = 0x3d4
const GRAPHICS_PORT = 0x3ce
const ATTRIBUTE_PORT = 0x3c0

const CRTC_UNLOCK: [index: number, value: number] = [0x11, 0x0e]
const CRTC_80X25 = [
  0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0, 0, 0, 0, 0x9c, 0x0e,
  0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
]
const SEQUENCER_TEXT = [0x00, 0x00, 0x03, 0x00, 0x02]
const GRAPHICS_TEXT = [0, 0, 0, 0, 0, 0x10, 0x0e, 0, 0xff]
const ATTRIBUTES_TEXT = [...Array(16).keys(), 0x0c, 0x00, 0x0f, 0x08, 0x00]

/** VGA mode 3 (80 by 25 text) by its registers, and a blank screen. */
export const SET_TEXT_MODE: readonly Line[] = [
  ...writePort(0x3c2, 0x67),
  ...writeIndexed(SEQUENCER_PORT, SEQUENCER_TEXT.entries()),
  ...writeIndexed(SEQUENCER_PORT, [[0, 3]]), // leave reset
  ...writeIndexed(CRTC_PORT, [CRTC_UNLOCK, ...CRTC_80X25.entries()]),
  ...writeIndexed(GRAPHICS_PORT, GRAPHICS_TEXT.entries()),
  [0xba, word(0x3da)], // mov dx, 3DAh
  [0xec], // in al, dx: the attribute port takes an index next
  [0xba, word(ATTRIBUTE_PORT)], // mov dx, 3C0h
  ...ATTRIBUTES_TEXT.flatMap((value, index): Line[] => [
    [0xb0, index], // mov al, index
    [0xee], // out dx, al
    [0xb0, value], // mov al, value
    [0xee], // out dx, al
  ]),
  [0xb0, 0x20], // mov al, 20h: screen on
  [0xee], // out dx, al
  ...writePort(0x3c6, 0xff), // palette mask
  ...writePort(0x3c8, 7), // palette entry 7
  [0xba, word(0x3c9)], // mov dx, 3C9h
  [0xb0, 0x2a], // mov al, 2Ah
  [0xee, 0xee, 0xee], // out dx, al, three times: grey
  [0x68, word(SCREEN_SEGMENT)], // push B800h
  [0x07], // pop es
  [0x31, 0xff], // xor di, di
  [0xb9, word(COLUMNS * ROWS)], // mov cx, 2000
  [0xb8, word(BLANK_CELL)], // mov ax, blank
  [0xf3, 0xab], // rep stosw
  [0xc7, 0x06, word(CURSOR_ADDRESS), word(0)], // mov word [cursor], 0
]

/** INT 10h AH=0Eh: writes AL at the cursor and scrolls. DL is the column, DH the row. */
export const TELETYPE: readonly Line[] = [
  label('teletype'),
  [0x80, 0xfc, 0x0e], // cmp ah, 0Eh
  [0x0f, 0x85, near('interruptReturn')], // jne interruptReturn
  [0x60], // pusha
  [0x1e], // push ds
  [0x06], // push es
  [0x6a, 0], // push 0
  [0x1f], // pop ds
  [0x68, word(SCREEN_SEGMENT)], // push B800h
  [0x07], // pop es
  [0x8b, 0x16, word(CURSOR_ADDRESS)], // mov dx, [cursor]
  [0x3c, '\r'], // cmp al, CR
  [0x75, short('notReturn')], // jne notReturn
  [0xb2, 0], // mov dl, 0
  [0xeb, short('storeCursor')], // jmp storeCursor
  label('notReturn'),
  [0x3c, '\n'], // cmp al, LF
  [0x75, short('notNewline')], // jne notNewline
  [0xfe, 0xc6], // inc dh
  [0xeb, short('scroll')], // jmp scroll
  label('notNewline'),
  [0x50], // push ax
  [0xb0, COLUMNS], // mov al, 80
  [0xf6, 0xe6], // mul dh
  [0x0f, 0xb6, 0xda], // movzx bx, dl
  [0x01, 0xc3], // add bx, ax
  [0x01, 0xdb], // add bx, bx
  [0x58], // pop ax
  [0xb4, BLANK_CELL >> 8], // mov ah, grey
  [0x26, 0x89, 0x07], // mov [es:bx], ax
  [0xfe, 0xc2], // inc dl
  [0x80, 0xfa, COLUMNS], // cmp dl, 80
  [0x72, short('scroll')], // jb scroll
  [0xb2, 0], // mov dl, 0
  [0xfe, 0xc6], // inc dh
  label('scroll'),
  [0x80, 0xfe, ROWS], // cmp dh, 25
  [0x72, short('storeCursor')], // jb storeCursor
  [0xfe, 0xce], // dec dh
  [0x06], // push es
  [0x1f], // pop ds
  [0x31, 0xff], // xor di, di
  [0xbe, word(2 * COLUMNS)], // mov si, second row
  [0xb9, word(COLUMNS * (ROWS - 1))], // mov cx, 24 rows
  [0xf3, 0xa5], // rep movsw
  [0xb8, word(BLANK_CELL)], // mov ax, blank
  [0xb9, word(COLUMNS)], // mov cx, 80
  [0xf3, 0xab], // rep stosw
  [0x6a, 0], // push 0
  [0x1f], // pop ds
  label('storeCursor'),
  [0x89, 0x16, word(CURSOR_ADDRESS)], // mov [cursor], dx
  [0x07], // pop es
  [0x1f], // pop ds
  [0x61], // popa
  [0xcf], // iret
]

function writePort(port: number, value: number): Line[] {
  return [
    [0xba, word(port)], // mov dx, port
    [0xb0, value], // mov al, value
    [0xee], // out dx, al
  ]
}

function writeIndexed(port: number, values: Iterable<[index: number, value: number]>): Line[] {
  return Array.from(values).flatMap(([index, value]): Line[] => [
    [0xba, word(port)], // mov dx, port
    [0xb8, index, value], // mov ax, value << 8 | index
    [0xef], // out dx, ax
  ])
}
