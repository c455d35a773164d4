import type { CatalogConnection } from './catalog-connection.ts'
import { countedBytes, dataBytes } from './coverage-catalog.ts'
import { readSharedData } from './shared-data.ts'

/**
 * Counts the bytes of data of all stored chunks, by disk (its key). Data that several chunks have counts once, for one of
 * their disks; all-zero chunks have none.
 *
 * @throws {DiskCacheError} `storage-failed`.
 */
export function countByDisk(catalog: CatalogConnection): Promise<Map<string, number>> {
  return catalog.use('Counting what is stored', async (db) => {
    // Before the rest: who stores meanwhile is counted once too often, not once too little.
    const { repeated } = await readSharedData(db)
    const transaction = db.transaction(['generations', 'pages'])
    const records = await transaction.objectStore('generations').getAll()
    const counted = new Map<string, number>()
    const add = (url: string, bytes: number): void =>
      void counted.set(url, (counted.get(url) ?? 0) + bytes)
    for (const record of records) add(record.url, await countedBytes(transaction, record))
    const byId = new Map(records.map((record) => [record.id, record]))
    for (const [id, index] of repeated) {
      const record = byId.get(id)
      if (record !== undefined) add(record.url, -dataBytes(record, index))
    }
    return counted
  })
}
