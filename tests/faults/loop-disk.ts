import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system in a file, mounted: what the kernel has not written yet is not in the file. */
export interface LoopDisk {
  /** Where it is mounted. */
  readonly folder: string
  /**
   * Loses the power: mounts a copy of the file as it is now, without what was not flushed.
   *
   * @param end - ends whoever uses the old one, and calls `copy` when they write no more: what is written while the file is
   * copied would be in the copy or not by where it lies, and no longer by when it was flushed.
   */
  cut(end: (copy: () => Promise<void>) => Promise<void>): Promise<LoopDisk>
  /** Makes all that was written so far durable. */
  flush(): Promise<void>
  remove(): Promise<void>
}

/** Why no {@link LoopDisk} can be made here; `undefined` where it can. */
export async function findLoopObstacle(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root may mount file systems'
  try {
    const disk = await createLoopDisk(16)
    await disk.remove()
    return undefined
  } catch (error) {
    return `no file system could be mounted: ${error instanceof Error ? error.message : ''}`
  }
}

/** Makes an empty ext4 file system. */
export async function createLoopDisk(mebibytes = 512): Promise<LoopDisk> {
  const home = await mkdtemp(join(tmpdir(), 'sectorcache-power-'))
  const image = join(home, '0.img')
  await run('truncate', ['-s', `${mebibytes}M`, image])
  await run('mkfs.ext4', ['-q', '-F', image])
  return mountImage(home, 0)
}

async function mountImage(home: string, number: number): Promise<LoopDisk> {
  const image = join(home, `${number}.img`)
  const folder = join(home, `mnt-${number}`)
  await mkdir(folder)
  // Nothing may be written by itself while the test looks on: only what was asked to be durable is.
  await run('mount', ['-o', 'loop,commit=300', image, folder])
  return {
    folder,
    async cut(end) {
      await end(() => copyFile(image, join(home, `${number + 1}.img`)))
      await unmount(folder)
      await rm(image)
      return mountImage(home, number + 1)
    },
    flush: async () => void (await run('sync', ['-f', folder])),
    async remove() {
      await unmount(folder)
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function unmount(folder: string): Promise<void> {
  await run('umount', ['-l', folder])
}
