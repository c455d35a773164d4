import { chmod, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { LINUX_EXPECTATION } from '../linux-expectation.ts'
import { corpusExpectation, corpusManifest, fileCorpus } from './file-corpus.ts'

const FOLDERS = 'bin sbin usr/bin usr/sbin etc proc sys dev tmp var root boot data lib'.split(' ')

const BUSYBOX_COMMANDS = (
  'sh mount ls cat ps dmesg find xargs md5sum sha256sum grep cut sort wc head tail date mkdir cp ' +
  'uname free df getty cttyhack setsid poweroff sleep echo vi less awk sed cksum time seq tr'
).split(' ')

/** Packages that are copied whole, but for {@link SURPLUS}. */
const PACKAGES = ['libc6', 'libtinfo6', 'bash']

/** Folders of `usr/share` that the guest has no use for. */
const SURPLUS = 'doc man lintian bug applications pixmaps menu binfmts bash-completion'.split(' ')

/** What goes into the guest's file system. */
export interface RootTreeParts {
  /** Folder of an unpacked package. */
  packageFolder(name: string): string
  readonly kernel: string
  /** `undefined` when the kernel finds the disk by itself. */
  readonly initramfs: Uint8Array | undefined
}

/**
 * Lays out the guest's root file system in a folder.
 *
 * @throws Error when the corpus is not the one that pages and tests expect
 */
export async function layOutRootTree(
  root: string,
  { packageFolder, kernel, initramfs }: RootTreeParts,
): Promise<void> {
  for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true })
  await cp(join(packageFolder('busybox-static'), 'bin/busybox'), join(root, 'bin/busybox'))
  for (const command of BUSYBOX_COMMANDS) await symlink('busybox', join(root, 'bin', command))
  await symlink('/bin/busybox', join(root, 'sbin/halt'))
  for (const name of PACKAGES)
    await cp(packageFolder(name), root, { recursive: true, verbatimSymlinks: true })
  for (const name of SURPLUS)
    await rm(join(root, 'usr/share', name), { recursive: true, force: true })

  await cp(kernel, join(root, 'boot/vmlinuz'))
  if (initramfs !== undefined) await writeFile(join(root, 'boot/initrd.gz'), initramfs)

  const corpus = fileCorpus()
  for (const { path, content } of corpus) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  const manifest = corpusManifest(corpus)
  if (corpusExpectation(manifest) !== LINUX_EXPECTATION)
    throw new Error(
      `the guest would print ${corpusExpectation(manifest)}, not ${LINUX_EXPECTATION}`,
    )
  await writeFile(join(root, 'etc/manifest.md5'), manifest)
  await writeFile(join(root, 'sbin/init'), INIT)
  await chmod(join(root, 'sbin/init'), 0o755)
}

/** Reads many files, checks all files of the corpus, tells the result, and opens a shell on both consoles. */
const INIT = `#!/bin/sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=linux
mount -t proc p /proc 2>/dev/null
mount -t sysfs s /sys 2>/dev/null
mount -t tmpfs t /tmp
uptime() { cut -d' ' -f1 /proc/uptime; }
say() { echo "$*" > /dev/ttyS0; echo "$*" > /dev/tty0 2>/dev/null; }
say "INIT $(uptime)"
find /usr/lib /lib -type f > /tmp/list
say "FILES $(wc -l < /tmp/list) $(uptime)"
cd /
if md5sum -c etc/manifest.md5 > /tmp/md5 2>&1; then
  hash=$(md5sum < etc/manifest.md5 | cut -c1-8)
  say "READY $hash files=$(wc -l < etc/manifest.md5) up=$(uptime)"
else
  say "CORRUPT $(grep -v OK /tmp/md5 | head -3)"
fi
( while :; do setsid cttyhack sh </dev/ttyS0 >/dev/ttyS0 2>&1; sleep 1; done ) &
while :; do setsid sh -c 'exec bash -i </dev/tty1 >/dev/tty1 2>&1'; sleep 1; done
`
