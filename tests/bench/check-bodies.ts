import { createHash } from 'node:crypto'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'

/** Path below which the disks of a lane are. */
export const diskPrefix = '/disks/'

/**
 * Compares what a page has read with what its disks have.
 *
 * @param disks - by name
 * @throws {Error} for other bytes, and for bytes of no disk
 */
export async function checkBodies(
  bodies: readonly BenchBody[],
  disks: ReadonlyMap<string, DiskSource>,
): Promise<void> {
  for (const { url, start, end, sha256 } of bodies) {
    const disk = disks.get(url.slice(diskPrefix.length))
    if (disk === undefined) throw new Error(`There is no ${url}, of which bytes were read`)
    const expected = createHash('sha256').update(await disk.read(start, end))
    if (expected.digest('hex') === sha256) continue
    throw new Error(`Wrong bytes: what was read as ${start}-${end - 1} of ${url} is something else`)
  }
}
