/** A greyscale image of 16 bits, cut into square tiles. */
export interface TiledImage {
  /** A multiple of the tile's side. */
  readonly width: number
  /** A multiple of the tile's side. */
  readonly height: number
  readonly tileSide: number
  readonly pixel: (x: number, y: number) => number
}

const short = 3
const long = 4

/**
 * Writes an uncompressed, tiled, little-endian TIFF (TIFF 6.0, sections 2 and 15). Its directory comes last, so
 * that a reader jumps.
 */
export function writeTiledTiff({ width, height, tileSide, pixel }: TiledImage): Uint8Array {
  const header = 8
  const tileBytes = tileSide * tileSide * 2
  const columns = width / tileSide
  const count = columns * (height / tileSide)
  const pixels = new Uint16Array(count * tileSide * tileSide)
  for (let at = 0; at < pixels.length; at++) {
    const tile = Math.floor(at / (tileSide * tileSide))
    const inTile = at % (tileSide * tileSide)
    const x = (tile % columns) * tileSide + (inTile % tileSide)
    const y = Math.floor(tile / columns) * tileSide + Math.floor(inTile / tileSide)
    pixels[at] = pixel(x, y)
  }
  const offsets = Array.from({ length: count }, (_, at) => header + at * tileBytes)
  const lists = header + count * tileBytes
  const directory = lists + count * 8
  const fields: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, 1, 16],
    [259, short, 1, 1],
    [262, short, 1, 1],
    [277, short, 1, 1],
    [322, long, 1, tileSide],
    [323, long, 1, tileSide],
    [324, long, count, lists],
    [325, long, count, lists + count * 4],
    [339, short, 1, 1],
  ]
  const file = Buffer.alloc(directory + 2 + fields.length * 12 + 4)
  file.write('II', 'ascii')
  file.writeUInt16LE(42, 2)
  file.writeUInt32LE(directory, 4)
  Buffer.from(pixels.buffer).copy(file, header)
  for (const [at, offset] of offsets.entries()) {
    file.writeUInt32LE(offset, lists + at * 4)
    file.writeUInt32LE(tileBytes, lists + (count + at) * 4)
  }
  file.writeUInt16LE(fields.length, directory)
  for (const [at, [tag, type, length, value]] of fields.entries()) {
    const field = directory + 2 + at * 12
    file.writeUInt16LE(tag, field)
    file.writeUInt16LE(type, field + 2)
    file.writeUInt32LE(length, field + 4)
    file.writeUInt32LE(value, field + 8)
  }
  return file
}
