import { mkdir, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { downloadPackages, unpackPackage } from './debian-packages.ts'
import { findTool, runTool } from './tools.ts'

/** A `grub-mkimage` that runs, and the environment it needs. */
export interface GrubMkimage {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

/** grub-common and the libraries that its programs load, but for the C library. */
const PACKAGES = [
  'grub-common',
  'libdevmapper1.02.1',
  'liblzma5',
  'libpcre2-8-0',
  'libselinux1',
  'libudev1',
]

/**
 * Finds `grub-mkimage` on this machine, or downloads it for this machine's architecture without installing it.
 *
 * @param cacheFolder - keeps the packages
 * @param unpackFolder - gets their content
 * @throws MissingError when neither is possible
 */
export async function provideGrubMkimage(
  cacheFolder: string,
  unpackFolder: string,
): Promise<GrubMkimage> {
  const installed = findTool('grub-mkimage')
  if (installed !== undefined) return { path: installed, env: {} }

  const architecture = (await runTool('dpkg', ['--print-architecture'])).trim()
  const folder = join(cacheFolder, `grub-${architecture}`)
  await mkdir(cacheFolder, { recursive: true })
  for (const file of await downloadPackages({ folder, architecture, names: PACKAGES })) {
    console.log(`  ${basename(file)}`)
    await unpackPackage(file, unpackFolder)
  }
  const env = { LD_LIBRARY_PATH: (await libraryFolders(unpackFolder)).join(':') }
  const path = join(unpackFolder, 'usr/bin/grub-mkimage')
  await runTool(path, ['--version'], { env })
  return { path, env }
}

/** `lib/<triplet>` and `usr/lib/<triplet>`, as Debian has them. */
async function libraryFolders(root: string): Promise<string[]> {
  const folders: string[] = []
  for (const parent of ['lib', 'usr/lib']) {
    const names = await readdir(join(root, parent)).catch(() => [])
    folders.push(
      ...names.filter((name) => name.includes('-linux-')).map((name) => join(root, parent, name)),
    )
  }
  return folders
}
