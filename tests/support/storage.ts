import type { Page } from '@playwright/test'

/** What lies in the catalog, seen from outside: raw IndexedDB, none of our code. */
export interface StoredFacts {
  readonly generations: number
  readonly pages: number
  readonly chunks: number
  readonly tombstones: number
}

/** Counts the records of the catalog. */
export function countRecords(page: Page): Promise<StoredFacts> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('sectorcache')
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(new Error('cannot open the catalog')))
    })
    const count = (name: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const request = db.transaction(name).objectStore(name).count()
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(new Error(`cannot count ${name}`)))
      })
    try {
      return {
        generations: await count('generations'),
        pages: await count('pages'),
        chunks: await count('chunks'),
        tombstones: await count('tombstones'),
      }
    } finally {
      db.close()
    }
  })
}

/** Moves the clock for what was given up: makes its data due for deletion now. */
export function makeTombstonesDue(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('sectorcache')
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(new Error('cannot open the catalog')))
    })
    const transaction = db.transaction('tombstones', 'readwrite')
    const request = transaction.objectStore('tombstones').openCursor()
    request.addEventListener('success', () => {
      const cursor = request.result
      if (cursor === null) return
      cursor.update({ ...(cursor.value as object), dueAt: 0 })
      cursor.continue()
    })
    await new Promise<void>((resolve) => transaction.addEventListener('complete', () => resolve()))
    db.close()
  })
}
