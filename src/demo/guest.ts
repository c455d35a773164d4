/** A disk that can be booted here. */
export interface Guest {
  readonly name: string
  /** Absolute. */
  readonly url: string
  /** Length in bytes; without it, v86 asks once more. */
  readonly size: number
  readonly kind: 'exerciser' | 'linux' | 'image'
  /** What its serial port says when every byte that it read was right. */
  readonly expect?: string
  /** The firmware that can boot it. */
  readonly bios: 'minibios' | 'seabios'
}
