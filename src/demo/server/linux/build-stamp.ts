import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Says of what a disk was built, and that it was not changed since. */
interface Stamp {
  readonly inputs: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/**
 * A hash over what decides the content of the disk: this folder's modules and a kernel of one's own. Packages are
 * downloaded once and kept.
 *
 * @param kernel - path of the kernel, if it is not Debian's
 */
export async function hashInputs(kernel: string | undefined): Promise<string> {
  const folder = dirname(fileURLToPath(import.meta.url))
  const hash = createHash('sha256')
  for (const name of (await readdir(folder)).toSorted())
    hash.update(`${name}\0`).update(await readFile(join(folder, name)))
  if (kernel !== undefined) hash.update('kernel\0').update(await readFile(kernel))
  return hash.digest('hex')
}

/** Whether the disk was built of these inputs and is as it was then. */
export async function isUpToDate(
  image: string,
  stampFile: string,
  inputs: string,
): Promise<boolean> {
  try {
    const stamp = JSON.parse(await readFile(stampFile, 'utf8')) as Stamp
    const { size, mtimeMs } = await stat(image)
    return stamp.inputs === inputs && stamp.sizeBytes === size && stamp.modifiedMs === mtimeMs
  } catch {
    return false
  }
}

/** Remembers of what the disk was built. */
export async function writeStamp(image: string, stampFile: string, inputs: string): Promise<void> {
  const { size, mtimeMs } = await stat(image)
  const stamp: Stamp = { inputs, sizeBytes: size, modifiedMs: mtimeMs }
  await writeFile(stampFile, `${JSON.stringify(stamp, undefined, 2)}\n`)
}
