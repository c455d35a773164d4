import type { CatalogConnection } from './catalog-connection.ts'
import { keysOfGeneration } from './catalog-schema.ts'
import { transact, unheard } from './transact.ts'

/** More than Chromium's databases write into one log, in parts that it does not keep in files of their own. */
const [parts, partBytes] = [144, 32 * 1024]

/** No generation has this id: what is left by a worker that is killed in between is an orphan, and swept. */
const nobody = ''

/**
 * Makes Chromium begin a new log of its database, by writing 4.5 MiB and deleting them. A log that ends torn, since a browser was
 * killed in the middle of a write, is written on behind that end; the next start finds it damaged, and throws the whole
 * database away. It has no other way to be told. Does nothing in other browsers.
 *
 * @throws {DiskCacheError} `storage-failed` or `quota-exceeded`: nothing is lost.
 * @see docs/decisions/0017-a-database-that-the-browser-throws-away.md
 */
export async function renewLog(catalog: CatalogConnection): Promise<void> {
  if (!('dataLoss' in IDBVersionChangeEvent.prototype)) return
  await catalog.use('Renewing the log', async (db) => {
    const stores = { stores: ['chunks' as const] }
    await transact(db, stores, async (transaction) => {
      const chunks = transaction.objectStore('chunks')
      for (let part = 0; part < parts; part++) {
        unheard(chunks.put(new ArrayBuffer(partBytes), [nobody, part]))
      }
    })
    // The first write after so much begins the new one.
    await transact(db, stores, (transaction) =>
      transaction.objectStore('chunks').delete(keysOfGeneration(nobody)),
    )
  })
}
