import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { PARTITION_OFFSET_BYTES } from './ext4-image.ts'
import type { GrubMkimage } from './grub-mkimage.ts'
import { runTool } from './tools.ts'

const SECTOR_BYTES = 512
/** Code of the boot record; the disk signature follows. */
const BOOT_CODE_BYTES = 440
const DISK_SIGNATURE = 0x53574c58
const PARTITION_TYPE_LINUX = 0x83

/** Modules of GRUB that find and start a kernel on the first partition. */
const GRUB_MODULES = ['biosdisk', 'part_msdos', 'ext2', 'linux']

const KERNEL_OPTIONS =
  'console=tty0 console=ttyS0,115200 loglevel=4 mitigations=off tsc=reliable nomodeset panic=5 ' +
  'init=/sbin/init'
/**
 * Debian's kernel probes for hardware that v86 does not have, tests all of its ciphers, and prepares to be traced. With
 * the signatures of its modules that was a quarter of what a boot computes, measured in v86 0.5.462.
 */
const OPTIONS_WITH_INITRAMFS =
  'pnpbios=off mce=off noisapnp cryptomgr.notests initcall_blacklist=' +
  'tracer_init_tracefs,init_kprobe_trace,crypto_kdf108_init,load_system_certificate_list'
const OPTIONS_WITHOUT_INITRAMFS = 'root=/dev/sda1 ro rootfstype=ext4 rootwait'

/** How a disk boots. */
export interface BootOptions {
  /** Size of the disk. */
  readonly sizeBytes: number
  readonly hasInitramfs: boolean
  readonly grubMkimage: GrubMkimage
  /** Folder of GRUB's modules for a PC BIOS. */
  readonly grubModules: string
  /** Folder for files that are not needed afterwards. */
  readonly workFolder: string
}

/** Writes the boot record with its partition table, and GRUB into the gap behind it. */
export async function writeBootRecord(image: string, options: BootOptions): Promise<void> {
  const bootCode = await readFile(join(options.grubModules, 'boot.img'))
  const core = await makeGrubCore(options)
  if (SECTOR_BYTES + core.length > PARTITION_OFFSET_BYTES)
    throw new Error('GRUB does not fit before the partition')
  const file = await open(image, 'r+')
  try {
    await file.write(bootCode, 0, BOOT_CODE_BYTES, 0)
    await file.write(partitionTable(options.sizeBytes), 0, undefined, BOOT_CODE_BYTES)
    await file.write(core, 0, undefined, SECTOR_BYTES)
  } finally {
    await file.close()
  }
}

async function makeGrubCore(options: BootOptions): Promise<Uint8Array> {
  const { hasInitramfs, grubMkimage, grubModules, workFolder } = options
  const moreOptions = hasInitramfs ? OPTIONS_WITH_INITRAMFS : OPTIONS_WITHOUT_INITRAMFS
  const commands = [
    'set root=(hd0,msdos1)',
    `linux /boot/vmlinuz ${KERNEL_OPTIONS} ${moreOptions}`,
    ...(hasInitramfs ? ['initrd /boot/initrd.gz'] : []),
    'boot',
  ]
  const script = join(workFolder, 'early.cfg')
  const core = join(workFolder, 'core.img')
  await writeFile(script, commands.map((command) => `${command}\n`).join(''))
  const target = ['-d', grubModules, '-O', 'i386-pc', '-p', '(hd0,msdos1)/boot']
  const args = [...target, '-c', script, '-o', core, ...GRUB_MODULES]
  await runTool(grubMkimage.path, args, { env: grubMkimage.env })
  return readFile(core)
}

/** From the disk signature to the end of sector 0, with one bootable partition up to the end of the disk. */
function partitionTable(sizeBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(SECTOR_BYTES - BOOT_CODE_BYTES))
  const firstSector = PARTITION_OFFSET_BYTES / SECTOR_BYTES
  const bytes = new Uint8Array(view.buffer)
  view.setUint32(0, DISK_SIGNATURE, true)
  bytes.set([0x80, 0x20, 0x21, 0], 6) // bootable; first sector as cylinder, head, sector
  bytes.set([PARTITION_TYPE_LINUX, 0xfe, 0xff, 0xff], 10) // last sector: beyond what CHS can tell
  view.setUint32(14, firstSector, true)
  view.setUint32(18, sizeBytes / SECTOR_BYTES - firstSector, true)
  view.setUint16(70, 0xaa55, true)
  return bytes
}
