import type { CatalogConnection } from './catalog-connection.ts'
import { keysOfGeneration } from './catalog-schema.ts'
import { transact, unheard } from './transact.ts'

/** More than Chromium's databases write into one log, in parts that it does not keep in files of their own. */
const [parts, partBytes] = [144, 32 * 1024]

/** No generation has this id. What is left by a worker that is killed in between goes with the next renewal. */
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
    // In none of the stores that a guest's reads wait for.
    const stores = { stores: ['hashes' as const] }
    await transact(db, stores, async (transaction) => {
      const hashes = transaction.objectStore('hashes')
      for (let part = 0; part < parts; part++) {
        unheard(hashes.put(new Uint8Array(partBytes), [nobody, part]))
      }
    })
    // The first write after so much begins the new one.
    await transact(db, stores, (transaction) =>
      transaction.objectStore('hashes').delete(keysOfGeneration(nobody)),
    )
  })
}
