import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkBodies } from './check-bodies.ts'
import { createNoiseDisk } from './noise-disk.ts'

const MiB = 2 ** 20
const disks = new Map(['a.img', 'b.img'].map((name) => [name, createNoiseDisk(name, 2 * MiB)]))

/** What a page says that has read bytes `[from, from + 4096)` for those at 8192 of a disk. */
async function seen(name: string, { from = 8192, of = name } = {}): Promise<BenchBody> {
  const bytes = (await disks.get(of)?.read(from, from + 4096)) ?? new Uint8Array()
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { url: `/disks/${name}`, start: 8192, end: 8192 + 4096, sha256 }
}

test('bytes that a disk has pass', async () => {
  await checkBodies([await seen('a.img'), await seen('b.img')], disks)
})

test('another block of the disk, and the same block of another disk, are wrong bytes', async () => {
  const otherBlock = [await seen('a.img'), await seen('a.img', { from: 4096 })]
  await expect(checkBodies(otherBlock, disks)).rejects.toThrow('8192-12287 of /disks/a.img')
  const otherDisk = [await seen('a.img', { of: 'b.img' })]
  await expect(checkBodies(otherDisk, disks)).rejects.toThrow('Wrong bytes')
})

test('bytes of a disk that is not there are refused', async () => {
  await expect(checkBodies([await seen('c.img')], disks)).rejects.toThrow('no /disks/c.img')
})
