import type { StorePreference } from '../core/options.ts'
import type { StoredBackend } from './catalog-schema.ts'
import { openOpfsRoot } from './opfs-root.ts'

/**
 * Decides where new generations are kept. `auto` means IndexedDB, which reads as fast as OPFS and is the
 * only one that no power loss can leave with a bit but no data (docs/decisions/0002-where-chunks-live.md).
 * OPFS is tried before it is trusted: it is missing in Firefox's private windows and not writable in
 * older Safari.
 */
export async function chooseBackend(preference: StorePreference): Promise<StoredBackend> {
  return preference === 'opfs' && (await canWriteOpfs()) ? 'opfs' : 'idb'
}

async function canWriteOpfs(): Promise<boolean> {
  const name = `probe-${crypto.randomUUID()}`
  try {
    const root = await openOpfsRoot(true)
    const handle = await root.getFileHandle(name, { create: true })
    try {
      const writable = await handle.createWritable()
      await writable.write('?')
      await writable.close()
      return (await (await handle.getFile()).text()) === '?'
    } finally {
      await root.removeEntry(name)
    }
  } catch {
    return false
  }
}
