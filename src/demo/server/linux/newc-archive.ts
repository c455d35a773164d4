/** A member of a cpio archive. */
export interface ArchiveEntry {
  /** Path without a leading slash; folders come before what is in them. */
  readonly path: string
  /** Type and permissions, such as `0o100644`. */
  readonly mode: number
  readonly content: Uint8Array
}

const MAGIC = '070701'
const TRAILER: ArchiveEntry = { path: 'TRAILER!!!', mode: 0, content: new Uint8Array() }

/**
 * Writes a cpio archive in the `newc` format, as the Linux kernel unpacks it at its start. Everything belongs to
 * root and has no date, so that the same members give the same bytes.
 */
export function newcArchive(entries: readonly ArchiveEntry[]): Uint8Array {
  const parts = [...entries, TRAILER].flatMap(({ path, mode, content }, index) => {
    const fields = {
      inode: index + 1,
      mode,
      uid: 0,
      gid: 0,
      links: 1,
      modified: 0,
      size: content.length,
      deviceMajor: 0,
      deviceMinor: 0,
      specialMajor: 0,
      specialMinor: 0,
      nameLength: path.length + 1,
      check: 0,
    }
    const numbers = Object.values(fields).map((value) => value.toString(16).padStart(8, '0'))
    const head = Buffer.from(`${MAGIC}${numbers.join('')}${path}\0`, 'latin1')
    return [padded(head), padded(content)]
  })
  return Buffer.concat(parts)
}

function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
  result.set(bytes)
  return result
}
