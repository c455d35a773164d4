import { gzipSync } from 'node:zlib'
import { Compression, TileType, zxyToTileId } from 'pmtiles'

/** A tile, by its place. */
export interface Tile {
  readonly z: number
  readonly x: number
  readonly y: number
  readonly bytes: Uint8Array
}

interface Entry {
  readonly tileId: number
  readonly offset: number
  readonly length: number
  /** 0: it points to a leaf directory. */
  readonly runLength: number
}

const headerBytes = 127

/**
 * Writes a PMTiles archive of version 3 (github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md): header, root
 * directory, metadata, leaf directories, tiles, in the order of their ids.
 *
 * @param leafSize - tiles that a leaf directory holds.
 */
export function writePmtilesArchive(
  tiles: readonly Tile[],
  { leafSize, metadata }: { leafSize: number; metadata: Readonly<Record<string, unknown>> },
): Uint8Array {
  const sorted = tiles
    .map(({ z, x, y, bytes }) => ({ z, tileId: zxyToTileId(z, x, y), bytes }))
    .sort((a, b) => a.tileId - b.tileId)
  const tileData = Buffer.concat(sorted.map(({ bytes }) => bytes))
  const entries = layOut(sorted)
  const leaves: Buffer[] = []
  const roots: Entry[] = []
  for (let at = 0; at < entries.length; at += leafSize) {
    const leaf = writeDirectory(entries.slice(at, at + leafSize))
    const offset = leaves.reduce((sum, { length }) => sum + length, 0)
    roots.push({ tileId: entries[at]?.tileId ?? 0, offset, length: leaf.length, runLength: 0 })
    leaves.push(leaf)
  }
  const sections = [
    writeDirectory(roots),
    gzipSync(JSON.stringify(metadata)),
    Buffer.concat(leaves),
    tileData,
  ]
  const zooms = sorted.map(({ z }) => z)
  const header = writeHeader(sections, {
    tileCount: tiles.length,
    minZoom: Math.min(...zooms),
    maxZoom: Math.max(...zooms),
  })
  return Buffer.concat([header, ...sections])
}

function layOut(tiles: readonly { tileId: number; bytes: Uint8Array }[]): Entry[] {
  let offset = 0
  return tiles.map(({ tileId, bytes }) => {
    const entry = { tileId, offset, length: bytes.length, runLength: 1 }
    offset += bytes.length
    return entry
  })
}

function writeHeader(
  sections: readonly Buffer[],
  { tileCount, minZoom, maxZoom }: { tileCount: number; minZoom: number; maxZoom: number },
): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.write('PMTiles', 'ascii')
  header.writeUInt8(3, 7)
  let offset = headerBytes
  for (const [at, { length }] of sections.entries()) {
    header.writeBigUInt64LE(BigInt(offset), 8 + at * 16)
    header.writeBigUInt64LE(BigInt(length), 16 + at * 16)
    offset += length
  }
  // Addressed tiles, entries and contents.
  for (const at of [72, 80, 88]) header.writeBigUInt64LE(BigInt(tileCount), at)
  header.writeUInt8(1, 96) // clustered: in the order of the ids
  header.writeUInt8(Compression.Gzip, 97)
  header.writeUInt8(Compression.None, 98)
  header.writeUInt8(TileType.Png, 99)
  header.writeUInt8(minZoom, 100)
  header.writeUInt8(maxZoom, 101)
  return header
}

/** Column by column: ids as differences, run lengths, lengths, offsets plus one or 0 for "follows the one before". */
function writeDirectory(entries: readonly Entry[]): Buffer {
  const numbers = [
    entries.length,
    ...entries.map(({ tileId }, at) => tileId - (entries[at - 1]?.tileId ?? 0)),
    ...entries.map(({ runLength }) => runLength),
    ...entries.map(({ length }) => length),
    ...entries.map(({ offset }, at) => {
      const before = entries[at - 1]
      return before !== undefined && before.offset + before.length === offset ? 0 : offset + 1
    }),
  ]
  return gzipSync(Uint8Array.from(numbers.flatMap(toVarint)))
}

function toVarint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...toVarint(Math.floor(value / 128))]
}
