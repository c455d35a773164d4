import { readdir } from 'node:fs/promises'

import { SECTOR_BYTES } from '../guests/exerciser-content.ts'
import { expectedCrc } from '../guests/exerciser-workload.ts'
import type { DiskSource } from './disk-source.ts'
import { DEFAULT_EXERCISER_SECTORS, findExerciserSource } from './exerciser-source.ts'
import { openFileSource } from './file-source.ts'
import { LINUX_EXPECTATION } from './linux-expectation.ts'

/** A disk as `GET /disks/` lists it. */
export interface DiskListing {
  readonly name: string
  readonly url: string
  /** Size in bytes. */
  readonly size: number
  readonly kind: 'exerciser' | 'linux' | 'image'
  /** What the guest prints on its first serial port when every byte arrived. */
  readonly expect?: string
  /** The firmware that boots it. */
  readonly bios: 'minibios' | 'seabios'
}

/** The disks of an origin. */
export interface DiskCatalog {
  /** Opens a disk by name; `undefined` when there is none. */
  open(name: string): Promise<DiskSource | undefined>
  /** The default exerciser, the Linux disk if it was built, added disks, and the other files of the folder. */
  list(): Promise<DiskListing[]>
}

/** What {@link createDiskCatalog} looks at. */
export interface DiskCatalogOptions {
  /** Folder with disk images; need not exist. */
  readonly folder: string
  /** Path that disks have in URLs, with slashes at both ends. */
  readonly urlPrefix: string
  /** Disks that go before all others, by name. */
  readonly extraDisks: ReadonlyMap<string, DiskSource>
}

/** Looks for disks among the added ones, the computed ones and the files of a folder, in this order. */
export function createDiskCatalog({
  folder,
  urlPrefix,
  extraDisks,
}: DiskCatalogOptions): DiskCatalog {
  let defaultExpectation: string | undefined

  const open = async (name: string): Promise<DiskSource | undefined> =>
    extraDisks.get(name) ?? findExerciserSource(name) ?? (await openFileSource(folder, name))

  const describe = async (name: string): Promise<DiskListing[]> => {
    const source = await open(name)
    if (source === undefined) return []
    await source.close?.()
    const url = urlPrefix + encodeURIComponent(name)
    const traits = name === 'linux.img' ? LINUX_TRAITS : IMAGE_TRAITS
    return [{ name, url, size: source.size, ...traits }]
  }

  return {
    open,
    async list() {
      defaultExpectation ??= `OK ${expectedCrc(DEFAULT_EXERCISER_SECTORS)}`
      const exerciser: DiskListing = {
        name: 'exerciser.img',
        url: `${urlPrefix}exerciser.img`,
        size: DEFAULT_EXERCISER_SECTORS * SECTOR_BYTES,
        kind: 'exerciser',
        expect: defaultExpectation,
        bios: 'minibios',
      }
      const names = new Set(['linux.img', ...extraDisks.keys(), ...(await imagesIn(folder))])
      names.delete(exerciser.name)
      const others = await Promise.all(Array.from(names, describe))
      return [exerciser, ...others.flat()]
    },
  }
}

const LINUX_TRAITS = { kind: 'linux', expect: LINUX_EXPECTATION, bios: 'seabios' } as const
const IMAGE_TRAITS = { kind: 'image', bios: 'seabios' } as const

/** Names of the files in a folder that may be disks: no hidden files, no text. */
async function imagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory() && !/^\.|\.(md|txt|json|part)$/i.test(entry.name))
    .map((entry) => entry.name)
    .toSorted()
}
