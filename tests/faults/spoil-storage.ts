import type { Page } from '@playwright/test'

/** How stored data is spoiled behind the cache's back. */
export type Spoiling = 'delete' | 'cut' | 'alter'

/** Which of the stored chunks are spoiled. */
interface SpoilPlan {
  readonly how: Spoiling
  /** How many chunks. */
  readonly count: number
  /** From which on, in the order in which they lie in the store; it goes round. */
  readonly from: number
}

/**
 * Spoils records of IndexedDB, with none of our code.
 *
 * @returns how many were spoiled: fewer than wanted if fewer are there.
 */
export function spoilRecords(page: Page, plan: SpoilPlan): Promise<number> {
  return page.evaluate(async ({ how, count, from }) => {
    function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(new Error(request.error?.message)))
      })
    }
    const db = await settled(indexedDB.open('sectorcache'))
    try {
      const keys = await settled(db.transaction('chunks').objectStore('chunks').getAllKeys())
      const chosen = Array.from(
        { length: Math.min(count, keys.length) },
        (_, at) => keys[(from + at) % keys.length] ?? '',
      )
      for (const key of chosen) {
        const record: unknown = await settled(
          db.transaction('chunks').objectStore('chunks').get(key),
        )
        const data = record instanceof Blob ? await record.arrayBuffer() : (record as ArrayBuffer)
        const bytes = new Uint8Array(how === 'cut' ? data.slice(0, data.byteLength / 2) : data)
        bytes[Math.floor(bytes.length / 2)] ^= 0xff
        const spoiled = record instanceof Blob ? new Blob([bytes]) : bytes.buffer
        const store = db.transaction('chunks', 'readwrite').objectStore('chunks')
        await settled<unknown>(how === 'delete' ? store.delete(key) : store.put(spoiled, key))
      }
      return chosen.length
    } finally {
      db.close()
    }
  }, plan)
}

/** The same for files of OPFS. */
export function spoilFiles(page: Page, plan: SpoilPlan): Promise<number> {
  return page.evaluate(async ({ how, count, from }) => {
    const files: { folder: FileSystemDirectoryHandle; name: string }[] = []
    async function visit(folder: FileSystemDirectoryHandle): Promise<void> {
      for await (const entry of folder.values()) {
        if (entry.kind === 'directory') await visit(entry as FileSystemDirectoryHandle)
        else if (/^\d+$/.test(entry.name)) files.push({ folder, name: entry.name })
      }
    }
    await visit(await navigator.storage.getDirectory())
    const chosen = files.length < count ? files : [...files, ...files].slice(from % files.length)
    for (const { folder, name } of chosen.slice(0, count)) {
      if (how === 'delete') {
        await folder.removeEntry(name)
        continue
      }
      const handle = await folder.getFileHandle(name)
      const { size } = await handle.getFile()
      const writable = await handle.createWritable({ keepExistingData: true })
      if (how === 'cut') await writable.truncate(Math.floor(size / 2))
      else await writable.write({ type: 'write', position: size / 2, data: new Uint8Array(64) })
      await writable.close()
    }
    return Math.min(count, files.length)
  }, plan)
}

/** Deletes all that this site stores, as a browser does that needs room, while the worker runs. */
export function clearStorage(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('sectorcache')
      request.addEventListener('success', resolve)
      request.addEventListener('error', () => reject(new Error('the catalog cannot be deleted')))
    })
    const root = await navigator.storage.getDirectory()
    for await (const name of root.keys()) await root.removeEntry(name, { recursive: true })
  })
}
