import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'

/** Less than any record of a log has: its last one is incomplete then. */
const tornBytes = 5

/** The logs of a profile's IndexedDB databases: paths. */
export async function databaseLogs(profileFolder: string): Promise<string[]> {
  const folder = join(profileFolder, 'Default', 'IndexedDB')
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => /\.leveldb\/\d+\.log$/.test(name)).map((name) => join(folder, name))
}

/**
 * Cuts the end off these logs, as a browser leaves them that is killed in the middle of a write. No browser may be using them.
 *
 * @returns the paths of those that were cut
 */
export async function tearDatabaseLogs(profileFolder: string): Promise<string[]> {
  const cut: string[] = []
  for (const log of await databaseLogs(profileFolder)) {
    const { size } = await stat(log)
    if (size <= tornBytes) continue
    await truncate(log, size - tornBytes)
    cut.push(log)
  }
  return cut
}
