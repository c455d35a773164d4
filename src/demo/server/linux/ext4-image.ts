import { lstat, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { runTool } from './tools.ts'

/** Where the partition begins; before it are the boot record and GRUB. */
export const PARTITION_OFFSET_BYTES: number = 1024 * 1024

/** A fixed date, in seconds since 1970, so that the same files give the same image. */
const DATE_SECONDS = 1_700_000_000
const BLOCK_BYTES = 4096
const INODES = 8192

const FEATURES = '^has_journal,^64bit,^metadata_csum,^huge_file,^resize_inode'
const FILE_SYSTEM_UUID = '00000000-0000-4000-8000-000000000086'
const HASH_SEED = '00000000-0000-4000-8000-000000000087'

/** Lines that debugfs prints when all is well. */
const USUAL_OUTPUT =
  /^(debugfs( [0-9.]+.*)?:|debugfs [0-9]|Allocated inode:|Setting current time to )/

/**
 * Makes a disk image with a folder's content in an ext4 partition. Needs no rights and mounts nothing. Owners and
 * dates of the folder do not matter.
 *
 * @param image - file to write; anything in it is lost
 * @param sizeBytes - size of the whole image
 * @param root - folder with the content
 */
export async function makeExt4Image(image: string, sizeBytes: number, root: string): Promise<void> {
  await writeFile(image, '')
  await truncate(image, sizeBytes)
  const env = { E2FSPROGS_FAKE_TIME: String(DATE_SECONDS), SOURCE_DATE_EPOCH: String(DATE_SECONDS) }
  const extended = [
    `hash_seed=${HASH_SEED}`,
    'lazy_itable_init=0',
    `offset=${PARTITION_OFFSET_BYTES}`,
    'root_owner=0:0',
  ]
  const format = ['-q', '-F', '-t', 'ext4', '-b', String(BLOCK_BYTES), '-O', FEATURES, '-m', '0']
  const identity = ['-N', String(INODES), '-U', FILE_SYSTEM_UUID, '-L', 'v86root']
  const blocks = String((sizeBytes - PARTITION_OFFSET_BYTES) / BLOCK_BYTES)
  await runTool('mke2fs', [...format, ...identity, '-E', extended.join(','), image, blocks], {
    env,
  })

  const commands = [
    `set_current_time ${DATE_SECONDS}`,
    ...(await copyCommands(root, '')),
    `set_super_value wtime ${DATE_SECONDS}`,
  ]
  const script = `${image}.debugfs`
  await writeFile(script, commands.map((command) => `${command}\n`).join(''))
  const partition = `${image}?offset=${PARTITION_OFFSET_BYTES}`
  const args = ['-w', '-f', script, partition]
  const output = await runTool('debugfs', args, { cwd: root, env }).finally(() => rm(script))
  const complaints = output.split('\n').filter((line) => line !== '' && !USUAL_OUTPUT.test(line))
  if (complaints.length > 0) throw new Error(`debugfs: ${complaints.join('\n')}`)
}

/** Commands for debugfs that copy a folder, in an order that does not depend on the host's file system. */
async function copyCommands(root: string, folder: string): Promise<string[]> {
  const commands: string[] = []
  for (const name of (await readdir(join(root, folder))).toSorted()) {
    const path = `${folder}/${name}`
    if (/[\s"]/.test(path)) throw new Error(`debugfs cannot copy ${path}`)
    const stat = await lstat(join(root, path))
    if (stat.isSymbolicLink()) {
      commands.push(`symlink ${path} ${await readlink(join(root, path))}`)
    } else if (stat.isDirectory()) {
      commands.push(`mkdir ${path}`, ...(await copyCommands(root, path)))
    } else {
      const mode = stat.mode & 0o111 ? '0100755' : '0100644'
      // The first path is the host's, and relative to `root`.
      commands.push(`write .${path} ${path}`, `set_inode_field ${path} mode ${mode}`)
    }
  }
  return commands
}
