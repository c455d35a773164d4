import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'

/** Less than any record of a log has: its last one is incomplete then. */
const tornBytes = 5

/**
 * Cuts the end off the logs of a profile's IndexedDB databases, as a browser leaves them that is killed in the middle of a write. No
 * browser may be using it.
 *
 * @returns how many logs were cut
 */
export async function tearDatabaseLogs(profileFolder: string): Promise<number> {
  const folder = join(profileFolder, 'Default', 'IndexedDB')
  let cut = 0
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.leveldb\/\d+\.log$/.test(name)) continue
    const { size } = await stat(join(folder, name))
    if (size <= tornBytes) continue
    await truncate(join(folder, name), size - tornBytes)
    cut++
  }
  return cut
}
