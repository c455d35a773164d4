import type { Page } from '@playwright/test'

/** What lies in the catalog, seen from outside: raw IndexedDB, none of our code. */
export interface StoredFacts {
  readonly generations: number
  readonly pages: number
  readonly chunks: number
  readonly tombstones: number
}

/**
 * Runs `work` in the page with the raw catalog: none of our code. It is handed over as text, so it can use nothing
 * but its parameter.
 */
function withCatalog<Result>(
  page: Page,
  work: (db: IDBDatabase) => Promise<Result>,
): Promise<Result> {
  return page.evaluate(`(async () => {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open('sectorcache')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    try {
      return await (${work.toString()})(db)
    } finally {
      db.close()
    }
  })()`)
}

/** Counts the records of the catalog. */
export function countRecords(page: Page): Promise<StoredFacts> {
  return withCatalog(page, async (db) => {
    const count = (name: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const request = db.transaction(name).objectStore(name).count()
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(new Error(`cannot count ${name}`)))
      })
    return {
      generations: await count('generations'),
      pages: await count('pages'),
      chunks: await count('chunks'),
      tombstones: await count('tombstones'),
    }
  })
}

/** Moves the clock for what was given up: makes its data due for deletion now. */
export function makeTombstonesDue(page: Page): Promise<void> {
  return withCatalog(page, (db) => {
    const transaction = db.transaction('tombstones', 'readwrite')
    const request = transaction.objectStore('tombstones').openCursor()
    request.addEventListener('success', () => {
      const cursor = request.result
      if (cursor === null) return
      cursor.update({ ...(cursor.value as object), dueAt: 0 })
      cursor.continue()
    })
    return new Promise<void>((resolve) => transaction.addEventListener('complete', () => resolve()))
  })
}

/** Deletes the data of all chunks behind our back, as a browser that clears storage in part might. */
export function deleteChunkData(page: Page): Promise<void> {
  return withCatalog(page, (db) => {
    const transaction = db.transaction('chunks', 'readwrite')
    transaction.objectStore('chunks').clear()
    return new Promise<void>((resolve) => transaction.addEventListener('complete', () => resolve()))
  })
}

/** Raises the version of the catalog, as a newer worker will. */
export function upgradeCatalog(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('sectorcache', 99)
        request.addEventListener('upgradeneeded', () =>
          request.result.createObjectStore('of-a-newer-version'),
        )
        request.addEventListener('success', () => {
          request.result.close()
          resolve()
        })
        request.addEventListener('error', () => reject(new Error('cannot upgrade the catalog')))
      }),
  )
}

/** Writes over the first bytes of every chunk file in OPFS, as a power loss might leave them. */
export function damageChunkFiles(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let damaged = 0
    async function visit(folder: FileSystemDirectoryHandle): Promise<void> {
      for await (const entry of folder.values()) {
        if (entry.kind === 'directory') {
          await visit(entry as FileSystemDirectoryHandle)
          continue
        }
        const file = entry as FileSystemFileHandle
        const writable = await file.createWritable({ keepExistingData: true })
        await writable.write(new Uint8Array(64))
        await writable.close()
        damaged++
      }
    }
    await visit(await navigator.storage.getDirectory())
    return damaged
  })
}
