import { openDB } from 'idb'
import type { OpenDBCallbacks } from 'idb'
import { catalogName, catalogVersion, resetKey, upgradeCatalog } from './catalog-schema.ts'
import type { CatalogDatabase, CatalogSchema } from './catalog-schema.ts'
import { toStorageError } from './storage-errors.ts'
import { unheard } from './transact.ts'

/** The catalog's connection: opened when it is first used, and again after it was closed. */
export interface CatalogConnection {
  /**
   * Runs `work` with an open database. If the browser closed the connection behind our back (it does
   * when a newer worker upgrades the schema, or when site data is cleared), opens it anew and runs
   * `work` once more: so `work` must change nothing, or all in one transaction.
   *
   * @throws {DiskCacheError} `storage-failed` or `quota-exceeded`.
   */
  use<Result>(what: string, work: (db: CatalogDatabase) => Promise<Result>): Promise<Result>
  close(): void
}

/**
 * A browser that takes longer to open a database may never do it. Reads go on from the network, at once until it has opened
 * it after all.
 */
const openMs = 4_000

/**
 * Makes a {@link CatalogConnection}; nothing is opened yet.
 *
 * @param onLost - the browser has closed it: what was read of the catalog may not be there any more.
 */
export function createCatalogConnection(
  name: string = catalogName,
  onLost: () => void = () => undefined,
): CatalogConnection {
  let opening: Promise<CatalogDatabase> | undefined
  /** Rejects when that has taken too long. */
  let late: Promise<never> | undefined

  function open(): Promise<CatalogDatabase> {
    if (opening === undefined || late === undefined) {
      opening = connect(name, lose).catch((error: unknown) => {
        forget()
        throw error
      })
      late = rejectIn(openMs)
      unheard(late)
    }
    return Promise.race([opening, late])
  }

  function forget(): void {
    opening = undefined
  }

  function lose(): void {
    forget()
    onLost()
  }

  return {
    async use(what, work) {
      try {
        const db = await open()
        try {
          return await work(db)
        } catch (error) {
          if (!isClosed(error)) throw error
          forget()
          return await work(await open())
        }
      } catch (error) {
        throw toStorageError(error, what)
      }
    },
    close() {
      void opening?.then(
        (db) => db.close(),
        () => undefined,
      )
      forget()
    },
  }
}

async function connect(name: string, onClosed: () => void): Promise<CatalogDatabase> {
  const callbacks: OpenDBCallbacks<CatalogSchema> = {
    upgrade(db, oldVersion, _newVersion, transaction, event) {
      upgradeCatalog(db, oldVersion)
      if (!isReset(event)) return
      unheard(transaction.objectStore('options').put({ resetAt: Date.now() }, resetKey))
    },
    blocking(_current, _blocked, event) {
      ;(event.target as IDBDatabase).close()
      onClosed()
    },
    terminated: onClosed,
  }
  try {
    return await openDB<CatalogSchema>(name, catalogVersion, callbacks)
  } catch (error) {
    // A newer worker has been here. It has only added, so we can go on beside it.
    if (!(error instanceof DOMException) || error.name !== 'VersionError') throw error
    return openDB<CatalogSchema>(name, undefined, callbacks)
  }
}

/**
 * Chromium deletes a database that it finds damaged, and says so here only.
 *
 * @see https://github.com/w3c/IndexedDB/issues/30
 */
function isReset(event: IDBVersionChangeEvent): boolean {
  return (event as { readonly dataLoss?: unknown }).dataLoss === 'total'
}

function rejectIn(ms: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('the browser does not open the database')), ms)
  })
}

function isClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidStateError'
}
