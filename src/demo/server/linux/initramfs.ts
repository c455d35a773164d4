import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { newcArchive, type ArchiveEntry } from './newc-archive.ts'

/** Modules that Debian's kernel needs for the IDE disk and ext4, each after those it depends on. */
const MODULES = (
  'crct10dif_common crc-t10dif crc64 crc64-rocksoft t10-pi scsi_common scsi_mod libata ata_piix ' +
  'sd_mod crc16 crc32c_generic libcrc32c mbcache jbd2 ext4'
).split(' ')

const FOLDER_MODE = 0o40755
const PROGRAM_MODE = 0o100755
const FILE_MODE = 0o100644

/**
 * Makes the initial RAM disk: it loads the modules and starts the system of the first partition.
 *
 * @param kernelFolder - the unpacked kernel package
 * @param busybox - path of a static busybox
 * @returns a compressed archive
 */
export async function buildInitramfs(kernelFolder: string, busybox: string): Promise<Uint8Array> {
  const files = await readdir(join(kernelFolder, 'lib/modules'), { recursive: true })
  const paths = new Map(
    files.map((file) => [basename(file), join(kernelFolder, 'lib/modules', file)]),
  )
  const modules: ArchiveEntry[] = []
  for (const name of MODULES) {
    // Some are built in, or are another one's part, from kernel to kernel.
    const path = paths.get(`${name}.ko`)
    if (path !== undefined)
      modules.push({
        path: `m/${name}.ko`,
        mode: FILE_MODE,
        content: withoutSignature(await readFile(path)),
      })
  }
  const loaded = modules.map(({ path }) => `/${path}`)
  const folders = ['bin', 'dev', 'm', 'new', 'proc', 'sys'].map((path): ArchiveEntry => {
    return { path, mode: FOLDER_MODE, content: new Uint8Array() }
  })
  const archive = newcArchive([
    ...folders,
    ...modules,
    { path: 'bin/busybox', mode: PROGRAM_MODE, content: await readFile(busybox) },
    { path: 'init', mode: PROGRAM_MODE, content: Buffer.from(initScript(loaded)) },
  ])
  return gzipSync(archive, { level: 9 })
}

const SIGNATURE_MARK = Buffer.from('~Module signature appended~\n')
/** Lengths and kinds of what precedes it: `struct module_signature` of the kernel. */
const SIGNATURE_INFO_BYTES = 12

/** A module as it was before it was signed: checking signatures takes an emulated processor seconds for each. */
function withoutSignature(module: Buffer): Buffer {
  const markStart = module.length - SIGNATURE_MARK.length
  if (!module.subarray(markStart).equals(SIGNATURE_MARK)) return module
  const signatureBytes = module.readUInt32BE(markStart - 4)
  return module.subarray(0, markStart - SIGNATURE_INFO_BYTES - signatureBytes)
}

function initScript(modules: readonly string[]): string {
  return `#!/bin/busybox sh
B=/bin/busybox
$B mount -t proc p /proc
$B mount -t sysfs s /sys
$B mount -t devtmpfs d /dev
for m in ${modules.join(' ')}; do $B insmod $m; done
i=0
while [ ! -b /dev/sda1 ] && [ $i -lt 100 ]; do $B usleep 50000; i=$((i+1)); done
$B mount -t ext4 -o ro /dev/sda1 /new || exec $B sh
for d in dev proc sys; do $B mount --move /$d /new/$d; done
exec $B switch_root /new /sbin/init
`
}
