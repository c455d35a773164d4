import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { writeBootRecord } from './boot-record.ts'
import { hashInputs, isUpToDate, writeStamp } from './build-stamp.ts'
import { downloadPackages, unpackPackage } from './debian-packages.ts'
import { makeExt4Image } from './ext4-image.ts'
import { provideGrubMkimage } from './grub-mkimage.ts'
import { buildInitramfs } from './initramfs.ts'
import { MISSING_EXIT_CODE, MissingError } from './missing-error.ts'
import { layOutRootTree } from './root-tree.ts'
import { requireTools } from './tools.ts'

const USAGE = `Usage: npm run guest:linux [-- --force]

Builds public/disks/linux.img, a Linux guest for v86, of Debian packages. Needs no rights.

  --force          build it even if it is up to date

  DEBIAN_MIRROR    mirror of the packages (default: that of this machine)
  KERNEL           a bzImage with the drivers for an IDE disk and ext4, instead of Debian's kernel`

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..')
const IMAGE = join(ROOT, 'public/disks/linux.img')
const CACHE = join(ROOT, '.cache/linux')
const STAMP = join(CACHE, 'linux.img.json')
const IMAGE_BYTES = 128 * 1024 * 1024

const TOOLS = {
  'apt-get': 'apt',
  'apt-cache': 'apt',
  'dpkg-deb': 'dpkg',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { force: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const kernel = process.env['KERNEL'] || undefined
  const inputs = await hashInputs(kernel)
  if (!values.force && (await isUpToDate(IMAGE, STAMP, inputs))) {
    console.log(`${relative(ROOT, IMAGE)} is up to date`)
    return
  }
  requireTools(TOOLS)
  await mkdir(CACHE, { recursive: true })
  await mkdir(dirname(IMAGE), { recursive: true })
  const workFolder = await mkdtemp(join(CACHE, 'work-'))
  const partial = join(dirname(IMAGE), `.linux-${process.pid}.part`)
  try {
    await buildDisk(partial, workFolder, kernel)
    await rename(partial, IMAGE)
  } finally {
    await rm(workFolder, { recursive: true, force: true })
    await rm(partial, { force: true })
  }
  await writeStamp(IMAGE, STAMP, inputs)
  console.log(`${relative(ROOT, IMAGE)}  sha256 ${await sha256(IMAGE)}`)
}

async function buildDisk(
  image: string,
  workFolder: string,
  kernel: string | undefined,
): Promise<void> {
  console.log('packages of the guest ...')
  const packages = await downloadPackages({
    folder: join(CACHE, 'guest-i386'),
    architecture: 'i386',
    names: ['bash', 'busybox-static', 'grub-pc-bin', 'libc6', 'libtinfo6'],
    metaPackage: 'linux-image-686',
  })
  const folders = new Map<string, string>()
  for (const file of packages) {
    console.log(`  ${basename(file)}`)
    const name = basename(file).replace(/_.*/, '')
    folders.set(name.startsWith('linux-image-') ? 'linux-image' : name, join(workFolder, name))
    await unpackPackage(file, join(workFolder, name))
  }
  const packageFolder = (name: string): string => {
    const folder = folders.get(name)
    if (folder === undefined)
      throw new MissingError(`${name} is not in ${join(CACHE, 'guest-i386')}: remove that folder`)
    return folder
  }

  console.log('grub-mkimage ...')
  const grubMkimage = await provideGrubMkimage(CACHE, join(workFolder, 'host-tools'))

  console.log('files of the guest ...')
  const root = join(workFolder, 'root-tree')
  const busybox = join(packageFolder('busybox-static'), 'bin/busybox')
  const debianKernel = packageFolder('linux-image')
  const initramfs = kernel === undefined ? await buildInitramfs(debianKernel, busybox) : undefined
  await layOutRootTree(root, {
    packageFolder,
    kernel: kernel ?? (await findKernel(debianKernel)),
    initramfs,
  })

  console.log('file system ...')
  await makeExt4Image(image, IMAGE_BYTES, root)
  await writeBootRecord(image, {
    sizeBytes: IMAGE_BYTES,
    hasInitramfs: initramfs !== undefined,
    grubMkimage,
    grubModules: join(packageFolder('grub-pc-bin'), 'usr/lib/grub/i386-pc'),
    workFolder,
  })
}

async function findKernel(packageFolder: string): Promise<string> {
  const boot = join(packageFolder, 'boot')
  const name = (await readdir(boot)).find((file) => file.startsWith('vmlinuz-'))
  if (name === undefined) throw new Error(`no kernel in ${boot}`)
  return join(boot, name)
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`guest:linux: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = error instanceof MissingError ? MISSING_EXIT_CODE : 1
})
