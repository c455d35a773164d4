import type { CatalogConnection } from './catalog-connection.ts'
import type { StoredBackend } from './catalog-schema.ts'
import type { ChunkStore } from './chunk-store.ts'
import { addTombstone } from './tombstones.ts'
import { transact } from './transact.ts'

/**
 * Looks for data that nobody will ever read: of generations that are not in the catalog, such as what a trial of the
 * store left, is given up; in one generation, some data with neither bit nor tombstone, such as what a killed writer left, is deleted.
 * Bounded work: what it does not get to, the next worker may.
 */
export async function sweepOrphans(
  catalog: CatalogConnection,
  stores: Readonly<Record<StoredBackend, ChunkStore>>,
): Promise<void> {
  for (const store of Object.values(stores)) {
    // In this order: what has data now was in the catalog before.
    const found = await store.listGenerations()
    const known = await listKnown(catalog)
    const { backend } = store
    for (const generation of found) {
      if (known.has(generation)) continue
      // With the usual delay: another worker may be trying the store just now.
      await catalog.use('Giving up chunks', (db) =>
        transact(db, { stores: ['tombstones'] }, async (transaction) =>
          addTombstone(transaction.objectStore('tombstones'), { generation, backend }),
        ),
      )
    }
    const mine = found.filter((id) => known.get(id) === true)
    const chosen = mine[Math.floor(Math.random() * mine.length)]
    if (chosen !== undefined) await store.sweepOrphans(chosen)
  }
}

/** Generations in the catalog, and those that are to be deleted (`false`). */
async function listKnown(catalog: CatalogConnection): Promise<Map<string, boolean>> {
  return catalog.use('Reading the catalog', async (db) => {
    const [live, dead] = await Promise.all([db.getAllKeys('generations'), db.getAll('tombstones')])
    const isWhole = dead.filter(({ runs }) => runs === undefined)
    return new Map([
      ...isWhole.map(({ generation }) => [generation, false] as const),
      ...live.map((id) => [id, true] as const),
    ])
  })
}
