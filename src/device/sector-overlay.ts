/** What a guest has written, above a disk that does not change. */
export interface SectorOverlay {
  /** Bytes that were written, in whole pieces of {@link pieceBytes}. */
  readonly writtenBytes: number
  /** Keeps a copy of `bytes`. Both offset and length are multiples of {@link pieceBytes}. */
  write(offset: number, bytes: Uint8Array): void
  /** Whether all of these bytes were written. */
  covers(offset: number, length: number): boolean
  /** Puts what was written over `target`, which holds the disk's bytes from `offset` on. */
  apply(offset: number, target: Uint8Array): void
  /** Written pieces and their numbers. */
  pieces(): Generator<[number, Uint8Array]>
  clear(): void
}

/** The least that is written: half a sector, as in the states that v86 saves. */
export const pieceBytes = 256

const piecesPerPage = 16
const pageBytes = pieceBytes * piecesPerPage

interface Page {
  readonly bytes: Uint8Array
  /** A bit for each piece that was written. */
  written: number
}

/** Makes an overlay on which nothing is written. */
export function createSectorOverlay(): SectorOverlay {
  const pages = new Map<number, Page>()
  let count = 0

  function pageAt(offset: number): Page {
    const number = Math.floor(offset / pageBytes)
    const page = pages.get(number) ?? { bytes: new Uint8Array(pageBytes), written: 0 }
    pages.set(number, page)
    return page
  }

  function isWritten(offset: number): boolean {
    const page = pages.get(Math.floor(offset / pageBytes))
    return page !== undefined && (page.written & bitOf(offset)) !== 0
  }

  return {
    get writtenBytes() {
      return count * pieceBytes
    },
    write(offset, bytes) {
      for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
        const page = pageAt(offset + at)
        if (!isWritten(offset + at)) count++
        page.bytes.set(bytes.subarray(at, at + pieceBytes), (offset + at) % pageBytes)
        page.written |= bitOf(offset + at)
      }
    },
    covers(offset, length) {
      for (let at = startOfPiece(offset); at < offset + length; at += pieceBytes) {
        if (!isWritten(at)) return false
      }
      return true
    },
    apply(offset, target) {
      const end = offset + target.byteLength
      for (let at = startOfPiece(offset); at < end; at += pieceBytes) {
        if (!isWritten(at)) continue
        const [from, to] = [Math.max(at, offset), Math.min(at + pieceBytes, end)]
        const { bytes } = pageAt(at)
        target.set(bytes.subarray(from % pageBytes, (from % pageBytes) + to - from), from - offset)
      }
    },
    *pieces() {
      for (const [number, { bytes, written }] of pages) {
        for (let piece = 0; piece < piecesPerPage; piece++) {
          if ((written & (1 << piece)) === 0) continue
          const start = piece * pieceBytes
          yield [number * piecesPerPage + piece, bytes.slice(start, start + pieceBytes)]
        }
      }
    },
    clear() {
      pages.clear()
      count = 0
    },
  }
}

function startOfPiece(offset: number): number {
  return Math.floor(offset / pieceBytes) * pieceBytes
}

function bitOf(offset: number): number {
  return 1 << Math.floor((offset % pageBytes) / pieceBytes)
}
