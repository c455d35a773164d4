import { open, realpath, type FileHandle } from 'node:fs/promises'
import { join, sep } from 'node:path'

import type { DiskSource } from './disk-source.ts'

/**
 * Opens a file of a folder as a disk. The entity tag is made of size, time of change in nanoseconds and inode, so
 * that a file that was written again or replaced is another generation.
 *
 * @param folder - folder whose files may be served
 * @param name - path below it, with `/`; made safe by `decodeDiskName()`
 * @returns `undefined` when there is no such file, or it lies outside of the folder by a symbolic link
 */
export async function openFileSource(
  folder: string,
  name: string,
): Promise<DiskSource | undefined> {
  let handle: FileHandle | undefined
  try {
    const root = await realpath(folder)
    const path = await realpath(join(root, name))
    if (!path.startsWith(root + sep)) return undefined
    handle = await open(path, 'r')
    const stat = await handle.stat({ bigint: true })
    if (stat.isFile()) return fileSource(handle, stat)
  } catch (error) {
    if (!isAbsence(error)) throw error
  }
  await handle?.close()
  return undefined
}

interface FileIdentity {
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly mtime: Date
  readonly ino: bigint
}

function fileSource(handle: FileHandle, { size, mtimeNs, mtime, ino }: FileIdentity): DiskSource {
  return {
    size: Number(size),
    etag: `"${[size, mtimeNs, ino].map((part) => part.toString(36)).join('-')}"`,
    lastModified: mtime,
    async read(start, end) {
      const bytes = new Uint8Array(end - start)
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(
          bytes,
          filled,
          bytes.length - filled,
          start + filled,
        )
        if (bytesRead === 0) throw new Error(`the file ended before byte ${start + filled}`)
        filled += bytesRead
      }
      return bytes
    },
    close: () => handle.close(),
  }
}

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'].includes(String(code))
}
