import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores } from './catalog-schema.ts'
import { deleteGeneration } from './shared-chunks.ts'
import { transact } from './transact.ts'

/**
 * Deletes what a worker of version 1 of the catalog leaves of generations that it gives up: it does not know all
 * stores. Costs as much as there are generations.
 */
export async function sweepForsaken(catalog: CatalogConnection): Promise<void> {
  const forsaken = await catalog.use('Reading the catalog', async (db) => {
    const transaction = db.transaction(['generations', 'tombstones', 'shares', 'digests'])
    const known = new Set<string>(await transaction.objectStore('generations').getAllKeys())
    for (const { generation } of await transaction.objectStore('tombstones').getAll()) {
      known.add(generation)
    }
    const ids = new Set<string>()
    for (const name of ['shares', 'digests'] as const) {
      let cursor = await transaction.objectStore(name).openKeyCursor()
      while (cursor !== null) {
        const [id] = cursor.key
        if (!known.has(id)) ids.add(id)
        // On to the next generation.
        cursor = await cursor.continue([id, [] as unknown as number])
      }
    }
    return ids
  })
  for (const id of forsaken) {
    await catalog.use('Deleting chunks', (db) =>
      transact(db, { stores: [...chunkStores] }, (transaction) =>
        deleteGeneration(transaction, id),
      ),
    )
  }
}
