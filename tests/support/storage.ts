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
 * but its parameters.
 */
function withCatalog<Result>(
  page: Page,
  work: (db: IDBDatabase, value: number) => Promise<Result>,
  value = 0,
): Promise<Result> {
  return page.evaluate(`(async () => {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open('sectorcache')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    try {
      return await (${work.toString()})(db, ${value})
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

/** Counts the sessions in the catalog. */
export function countSessions(page: Page): Promise<number> {
  return withCatalog(page, (db) => {
    const request = db.transaction('sessions').objectStore('sessions').count()
    return new Promise((resolve) =>
      request.addEventListener('success', () => resolve(request.result)),
    )
  })
}

/** What pages have asked for, of all scopes; and when the browser threw all away, if it did. */
export function readOptions(page: Page): Promise<unknown[]> {
  return withCatalog(page, (db) => {
    const request = db.transaction('options').objectStore('options').getAll()
    return new Promise((resolve) =>
      request.addEventListener('success', () => resolve(request.result)),
    )
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

/** Keeps everybody from opening the catalog, until what this resolves to is called. Nobody may have it open. */
export async function holdCatalog(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const request = indexedDB.open('sectorcache', 99)
        request.addEventListener('success', () => request.result.close())
        request.addEventListener('upgradeneeded', () => {
          const store = request.transaction?.objectStore('sessions')
          const goOn = (): void => {
            if ('isCatalogFree' in globalThis) return
            store?.count().addEventListener('success', goOn)
          }
          goOn()
          resolve()
        })
      }),
  )
  return () => page.evaluate(() => void Object.assign(globalThis, { isCatalogFree: true }))
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

/** What may happen to the data of a chunk. */
export type Spoiling = 'altered' | 'cut' | 'missing'

/** Spoils the data of one chunk behind our back, and leaves its bit. */
export function spoilChunk(page: Page, index: number, how: Spoiling): Promise<void> {
  return page.evaluate(
    async ([at, what]) => {
      const spoil = async (data: Blob): Promise<Blob> => {
        const bytes = new Uint8Array(await data.arrayBuffer())
        if (what === 'cut') return new Blob([bytes.subarray(0, 1000)])
        bytes[5000] = (bytes[5000] ?? 0) ^ 1
        return new Blob([bytes])
      }
      const root = await navigator.storage.getDirectory()
      for await (const folder of (root as unknown as Folder).values()) {
        for await (const generation of folder.values()) {
          for await (const shard of generation.values()) {
            const file = await shard.getFileHandle(String(at))
            const spoilt = await spoil(await file.getFile())
            if (what === 'missing') await shard.removeEntry(String(at))
            else {
              const writable = await file.createWritable()
              await writable.write(spoilt)
              await writable.close()
            }
            return
          }
        }
      }
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('sectorcache')
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(new Error('cannot open the catalog')))
      })
      const run = <Result>(
        mode: IDBTransactionMode,
        work: (store: IDBObjectStore) => IDBRequest<Result>,
      ): Promise<Result> =>
        new Promise((resolve, reject) => {
          const request = work(db.transaction('chunks', mode).objectStore('chunks'))
          request.addEventListener('success', () => resolve(request.result))
          request.addEventListener('error', () => reject(new Error('cannot spoil the chunk')))
        })
      const keys = (await run('readonly', (store) => store.getAllKeys())) as [string, number][]
      const key = keys.find(([, chunk]) => chunk === at) ?? []
      const spoilt = await spoil(await run<Blob>('readonly', (store) => store.get(key)))
      if (what === 'missing') await run('readwrite', (store) => store.delete(key))
      else await run('readwrite', (store) => store.put(spoilt, key))
      db.close()

      interface Folder extends FileSystemDirectoryHandle {
        values(): AsyncIterableIterator<Folder>
      }
    },
    [index, how] as const,
  )
}

/** Notes that the browser threw everything away, as the worker does when it finds that out. */
export function noteReset(page: Page, resetAt: number): Promise<void> {
  const put = async (db: IDBDatabase, at: number): Promise<void> => {
    const transaction = db.transaction('options', 'readwrite')
    transaction.objectStore('options').put({ resetAt: at }, 'reset')
    await new Promise((resolve) => transaction.addEventListener('complete', resolve))
  }
  return withCatalog(page, put, resetAt)
}

/** Moves the clock for what nobody uses: all disks were used last so many milliseconds ago. */
export function makeDisksIdle(page: Page, idleMs: number): Promise<void> {
  const move = (db: IDBDatabase, ms: number): Promise<void> => {
    const transaction = db.transaction(['disks', 'generations'], 'readwrite')
    for (const name of ['disks', 'generations']) {
      const request = transaction.objectStore(name).openCursor()
      request.addEventListener('success', () => {
        const cursor = request.result
        if (cursor === null) return
        const at = Date.now() - ms
        cursor.update({ ...(cursor.value as object), lastUsedAt: at, createdAt: at })
        cursor.continue()
      })
    }
    return new Promise((resolve) => transaction.addEventListener('complete', () => resolve()))
  }
  return withCatalog(page, move, idleMs)
}
