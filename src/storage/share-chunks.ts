import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores } from './catalog-schema.ts'
import type { ChunkFacts } from './chunk-store.ts'
import { setStoredBits } from './coverage-catalog.ts'
import { createPage, isPresent, pageOf } from './coverage-page.ts'
import { findEqual, isFree } from './shared-chunks.ts'
import { transact, unheard } from './transact.ts'

/**
 * Gives a generation chunks whose data is stored already, or is all zero: no data moves. One strict transaction.
 *
 * @param wanted - by their SHA-256.
 * @returns those of which there was data; none, if the generation was given up.
 * @throws {DiskCacheError} `integrity-failed`, `quota-exceeded` or `storage-failed`; nothing has changed then.
 */
export function shareChunks(
  catalog: CatalogConnection,
  generation: string,
  wanted: readonly ChunkFacts[],
): Promise<number[]> {
  return catalog.use('Taking over chunks', (db) =>
    transact(db, { stores: [...chunkStores] }, async (transaction) => {
      const taken: ChunkFacts[] = []
      const generations = transaction.objectStore('generations')
      if ((await generations.getKey(generation)) === undefined) return []
      for (const chunk of wanted) {
        const key: [string, number] = [generation, chunk.index]
        const page = await transaction.objectStore('pages').get([generation, pageOf(chunk.index)])
        if (isPresent(page ?? createPage(), chunk.index)) continue
        if (!chunk.zero) {
          const equal = await findEqual(transaction, chunk.digest)
          if (equal === undefined) continue
          const isOwn = equal[0] === generation && equal[1] === chunk.index
          // What lies there still may be what was found bad, and would be read before a pointer.
          if (!isOwn && !(await isFree(transaction, key))) continue
          if (!isOwn) unheard(transaction.objectStore('shares').put({ of: equal }, key))
        }
        taken.push(chunk)
      }
      await setStoredBits(transaction, { generation, chunks: taken })
      return taken.map(({ index }) => index)
    }),
  )
}
