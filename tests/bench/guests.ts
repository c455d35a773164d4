import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { findExerciserSource } from '../../src/demo/server/exerciser-source.ts'
import { openFileSource } from '../../src/demo/server/file-source.ts'
import { LINUX_EXPECTATION } from '../../src/demo/server/linux-expectation.ts'
import type { Lane } from './lane.ts'
import { CannotMeasure } from './row.ts'
import { projectFile } from './stage.ts'

/** A guest that can be booted often, from a new URL each time if it is to be cold. */
export interface BenchGuestDisk {
  /** @returns the path of the same disk under a name that nobody knows */
  serve(lane: Lane, name: string): string
  boot(lane: Lane, url: string): Promise<BenchBoot>
  close(): Promise<void>
}

/**
 * Opens the disk of a guest.
 *
 * @throws {CannotMeasure} if it has not been built
 */
export async function openGuest(kind: 'linux' | 'exerciser'): Promise<BenchGuestDisk> {
  const isLinux = kind === 'linux'
  const source = isLinux
    ? await openFileSource(projectFile('public/disks'), 'linux.img')
    : findExerciserSource('exerciser-8MiB.img')
  if (source === undefined) {
    throw new CannotMeasure('public/disks/linux.img is missing: npm run guest:linux')
  }
  const traits = isLinux
    ? ({ expect: LINUX_EXPECTATION, bios: 'seabios', memoryMiB: 128 } as const)
    : ({ expect: 'Disk exerciser', bios: 'minibios', memoryMiB: 64 } as const)
  return {
    serve: (lane, name) => lane.addDisk(`${name}.img`, shared(source, name)),
    async boot(lane, url) {
      await lane.openGuestPage()
      const guest = { ...traits, url, size: source.size }
      return lane.page.evaluate((wanted) => benchGuest.boot(wanted), guest)
    },
    close: async () => source.close?.(),
  }
}

/** The same bytes as another disk, which no answer closes. */
function shared({ size, read }: DiskSource, name: string): DiskSource {
  return {
    size,
    etag: `"guest-${name}"`,
    lastModified: new Date('2024-01-01T00:00:00Z'),
    read,
  }
}
