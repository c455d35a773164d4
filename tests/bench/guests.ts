import type { BootProfile } from '../../src/core/boot-profile.ts'
import type { DiskSource } from '../../src/demo/server/disk-source.ts'
import { expectedCrc } from '../../src/demo/guests/exerciser-workload.ts'
import { findExerciserSource } from '../../src/demo/server/exerciser-source.ts'
import { openFileSource } from '../../src/demo/server/file-source.ts'
import { LINUX_EXPECTATION } from '../../src/demo/server/linux-expectation.ts'
import type { Lane } from './lane.ts'
import { CannotMeasure } from './row.ts'
import { projectFile } from './stage.ts'

/** A guest that can be booted often, from a new URL each time if it is to be cold. */
export interface BenchGuestDisk {
  readonly sizeBytes: number
  /**
   * @param profile - is put beside it.
   * @returns the path of the same disk under a name that nobody knows
   */
  serve(lane: Lane, name: string, profile?: BootProfile): string
  /** @param from - default: `requests`, as v86 comes. */
  boot(lane: Lane, url: string, from?: GuestDiskSource): Promise<BenchBoot>
  close(): Promise<void>
}

/** What can be booted. `exercise` is the exerciser's disk of 64 MiB, and its boot ends with its whole workload. */
export type BenchGuestKind = 'linux' | 'exerciser' | 'exercise'

const minibios = { bios: 'minibios', memoryMiB: 64 } as const
const traitsOf = {
  linux: () => ({ expect: LINUX_EXPECTATION, bios: 'seabios', memoryMiB: 128 }) as const,
  exerciser: () => ({ ...minibios, expect: 'Disk exerciser' }),
  exercise: ({ size }: DiskSource) => ({ ...minibios, expect: `OK ${expectedCrc(size / 512)}` }),
}

/**
 * Opens the disk of a guest.
 *
 * @throws {CannotMeasure} if it has not been built
 */
export async function openGuest(kind: BenchGuestKind): Promise<BenchGuestDisk> {
  const source = await openSource(kind)
  if (source === undefined) {
    throw new CannotMeasure('public/disks/linux.img is missing: npm run guest:linux')
  }
  const traits = traitsOf[kind](source)
  return {
    sizeBytes: source.size,
    serve(lane, name, profile) {
      if (profile !== undefined) lane.addDisk(`${name}.img.boot.json`, textFile(profile))
      return lane.addDisk(`${name}.img`, shared(source, name))
    },
    async boot(lane, url, from = 'requests') {
      await lane.openGuestPage()
      const guest = { ...traits, url, size: source.size, from }
      return lane.page.evaluate((wanted) => benchGuest.boot(wanted), guest)
    },
    close: async () => source.close?.(),
  }
}

async function openSource(kind: BenchGuestKind): Promise<DiskSource | undefined> {
  if (kind === 'linux') return openFileSource(projectFile('public/disks'), 'linux.img')
  return findExerciserSource(kind === 'exercise' ? 'exerciser.img' : 'exerciser-8MiB.img')
}

function textFile(profile: BootProfile): DiskSource {
  const bytes = Buffer.from(JSON.stringify(profile))
  return {
    size: bytes.length,
    etag: undefined,
    lastModified: undefined,
    contentType: 'application/json',
    read: (start, end) => bytes.subarray(start, end),
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
