/** A place in an instruction that is filled in with the position of a label. */
export interface LabelReference {
  readonly label: string
  /** `absolute`: 16-bit address. `near`: 16-bit distance. `short`: 8-bit distance. */
  readonly kind: 'absolute' | 'near' | 'short'
}

/** A part of an instruction: a byte, little-endian bytes, Latin-1 text, or the position of a label. */
export type Piece = number | readonly number[] | string | LabelReference

/** One line of a listing: an instruction or data, the definition of a label, or zeroes up to an offset. */
export type Line = readonly Piece[] | { readonly define: string } | { readonly padToOffset: number }

/** What {@link assemble} makes of a listing. */
export interface AssembledCode {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Offset of each label from the start of {@link AssembledCode.bytes}. */
  readonly labelOffsets: ReadonlyMap<string, number>
}

const BYTES_OF_REFERENCE = { absolute: 2, near: 2, short: 1 } as const

/** Defines a label at this place of a listing. */
export const label = (name: string): Line => ({ define: name })
/** Fills with zeroes up to `offset` bytes from the start. */
export const padTo = (offset: number): Line => ({ padToOffset: offset })
/** The 16-bit address of a label. */
export const absolute = (name: string): LabelReference => ({ label: name, kind: 'absolute' })
/** The distance to a label, for `call`, `jmp` and long conditional jumps. */
export const near = (name: string): LabelReference => ({ label: name, kind: 'near' })
/** The distance to a label at most 128 bytes away. */
export const short = (name: string): LabelReference => ({ label: name, kind: 'short' })
/** A 16-bit little-endian value. */
export const word = (value: number): number[] => [value & 255, (value >>> 8) & 255]
/** A 32-bit little-endian value. */
export const dword = (value: number): number[] => [...word(value), ...word(value >>> 16)]

/**
 * Turns a listing of 16-bit real-mode machine code into bytes, and resolves its labels.
 *
 * @param listing - lines in order; the assembly of each stands in a comment beside it
 * @param originAddress - address of the first byte at run time, within the 64 KiB segment
 * @throws Error when a label is missing or twice there, or a short jump is too long
 *
 * @example
 * assemble([label('stop'), [0xf4], [0xeb, short('stop')]], 0x7c00) // stop: hlt; jmp stop
 */
export function assemble(listing: readonly Line[], originAddress: number): AssembledCode {
  const output: number[] = []
  const labelOffsets = new Map<string, number>()
  const references: { readonly at: number; readonly target: LabelReference }[] = []

  for (const line of listing) {
    if ('define' in line) {
      if (labelOffsets.has(line.define)) throw new Error(`label ${line.define} is defined twice`)
      labelOffsets.set(line.define, output.length)
    } else if ('padToOffset' in line) {
      if (output.length > line.padToOffset)
        throw new Error(`code is longer than ${line.padToOffset} bytes`)
      while (output.length < line.padToOffset) output.push(0)
    } else {
      for (const piece of line) {
        if (typeof piece === 'object' && 'kind' in piece)
          references.push({ at: output.length, target: piece })
        output.push(...bytesOf(piece))
      }
    }
  }

  const bytes = Uint8Array.from(output)
  for (const { at, target } of references) {
    const targetOffset = labelOffsets.get(target.label)
    if (targetOffset === undefined) throw new Error(`label ${target.label} is not defined`)
    fillReference(new DataView(bytes.buffer), at, target, targetOffset, originAddress)
  }
  return { bytes, labelOffsets }
}

function bytesOf(piece: Piece): readonly number[] {
  if (typeof piece === 'number') return [piece]
  if (typeof piece === 'string') return Array.from(piece, (character) => character.charCodeAt(0))
  return 'kind' in piece ? Array<number>(BYTES_OF_REFERENCE[piece.kind]).fill(0) : piece
}

function fillReference(
  view: DataView,
  at: number,
  { kind, label: name }: LabelReference,
  targetOffset: number,
  originAddress: number,
): void {
  // A distance counts from the end of its instruction, and is always the last part of it.
  const distance = targetOffset - (at + BYTES_OF_REFERENCE[kind])
  if (kind === 'absolute') view.setUint16(at, originAddress + targetOffset, true)
  else if (kind === 'near') view.setInt16(at, distance, true)
  else if (distance >= -128 && distance <= 127) view.setInt8(at, distance)
  else throw new Error(`short jump to ${name} is too long: ${distance} bytes`)
}
