import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { findDebianMirror } from './debian-mirror.ts'
import { MissingError } from './missing-error.ts'
import { runTool } from './tools.ts'

/** The Debian release that the guest is made of. */
const SUITE = 'bookworm'

const KEYRINGS = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
]

/** Which packages {@link downloadPackages} gets. */
export interface PackageRequest {
  /** Folder that keeps them; with all of them there, nothing is downloaded. */
  readonly folder: string
  /** Debian architecture, such as `i386`. */
  readonly architecture: string
  readonly names: readonly string[]
  /** A package that only depends on the one that is wanted, such as `linux-image-686`. */
  readonly metaPackage?: string
}

/**
 * Downloads Debian packages with apt, checked against Debian's keys, without touching the packages and lists of this
 * machine. Needs no rights.
 *
 * @returns paths of the packages, sorted
 * @throws MissingError when there are no mirror, no keys, or no packages
 */
export async function downloadPackages({
  folder,
  architecture,
  names,
  metaPackage,
}: PackageRequest): Promise<string[]> {
  if (!existsSync(folder)) {
    const apt = await prepareApt(`${folder}.apt`, architecture)
    const wanted = [...names]
    try {
      await runTool('apt-get', ['-qq', ...apt, 'update'])
      if (metaPackage !== undefined) wanted.push(await findDependency(apt, metaPackage))
      await download(apt, wanted, folder)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const list = [...names, ...(metaPackage === undefined ? [] : [metaPackage])].join(' ')
      throw new MissingError(`Debian packages cannot be had: ${list}\n${reason}`, { cause: error })
    } finally {
      await rm(`${folder}.apt`, { recursive: true, force: true })
    }
  }
  const files = (await readdir(folder)).filter((name) => name.endsWith('.deb')).toSorted()
  return files.map((name) => join(folder, name))
}

/** Unpacks a package into a folder, without installing it. */
export async function unpackPackage(file: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await runTool('dpkg-deb', ['-x', file, folder])
}

/** Makes a state of its own for apt; returns the options that select it. */
async function prepareApt(folder: string, architecture: string): Promise<string[]> {
  const keyring = KEYRINGS.find((file) => existsSync(file))
  if (keyring === undefined)
    throw new MissingError(
      'the keys of Debian are missing (Debian package debian-archive-keyring): packages could not be checked',
    )
  const mirror = await findDebianMirror(SUITE)
  await rm(folder, { recursive: true, force: true })
  for (const name of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'status'), '')
  const sources = join(folder, 'sources.list')
  await writeFile(sources, `deb [signed-by=${keyring}] ${mirror} ${SUITE} main\n`)
  const settings = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '-',
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': 'root', // the user _apt could not write here
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

async function findDependency(apt: readonly string[], metaPackage: string): Promise<string> {
  const output = await runTool('apt-cache', [...apt, 'depends', metaPackage])
  const dependency = /Depends: (\S+)/.exec(output)?.[1]
  if (dependency === undefined) throw new Error(`${metaPackage} depends on nothing`)
  return dependency
}

/** Downloads into a folder beside the final one, so that a folder that is there is complete. */
async function download(
  apt: readonly string[],
  names: readonly string[],
  folder: string,
): Promise<void> {
  const partial = `${folder}.part`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await runTool('apt-get', ['-qq', ...apt, 'download', ...names], { cwd: partial })
  await rename(partial, folder)
}
