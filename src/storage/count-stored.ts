import type { CatalogDatabase } from './catalog-schema.ts'
import { countedBytes, dataBytes } from './coverage-catalog.ts'
import { readSharedData } from './shared-data.ts'
import type { SharedData } from './shared-data.ts'

/** How much is stored. Data that several chunks have counts once; all-zero chunks have none. */
export interface StoredCount {
  /** Bytes of data of all stored chunks. */
  readonly bytes: number
  /** The same by disk (its key): what several have, for one of them. */
  readonly byDisk: ReadonlyMap<string, number>
}

/** Counts what is stored, all at one moment, and tells who shares it. */
export async function countStored(
  db: CatalogDatabase,
): Promise<StoredCount & Pick<SharedData, 'usersOf'>> {
  const transaction = db.transaction(['generations', 'pages', 'shares'])
  const { repeated, usersOf } = await readSharedData({
    pages: transaction.objectStore('pages'),
    shares: transaction.objectStore('shares'),
  })
  const records = await transaction.objectStore('generations').getAll()
  const byDisk = new Map<string, number>()
  let bytes = 0
  const add = (url: string, more: number): void => {
    bytes += more
    byDisk.set(url, (byDisk.get(url) ?? 0) + more)
  }
  for (const record of records) add(record.url, await countedBytes(transaction, record))
  const byId = new Map(records.map((record) => [record.id, record]))
  for (const [id, index] of repeated) {
    const record = byId.get(id)
    if (record !== undefined) add(record.url, -dataBytes(record, index))
  }
  return { bytes, byDisk, usersOf }
}
