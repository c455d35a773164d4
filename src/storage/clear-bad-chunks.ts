import { joinRuns } from '../core/chunk-grid.ts'
import type { CatalogConnection } from './catalog-connection.ts'
import { chunkStores } from './catalog-schema.ts'
import type { ChunkKey, ChunkTransaction, GenerationRecord } from './catalog-schema.ts'
import type { ChunkStore } from './chunk-store.ts'
import { clearStoredBits } from './coverage-catalog.ts'
import { checksumOf } from './coverage-page.ts'
import { disownData } from './shared-chunks.ts'
import { addTombstone } from './tombstones.ts'
import { transact, unheard } from './transact.ts'

/**
 * Turns the bits of chunks off whose data turned out to be bad, and gives up the data. Chunks of other generations that share
 * it are bad as well, and no chunk will share it any more.
 *
 * @param bad - chunks with the checksums that their data does not have: what has another one by now stays.
 * @returns which of them were bad still, and the disks that lost chunks.
 */
export async function clearBadChunks(
  catalog: CatalogConnection,
  { id, url, backend }: GenerationRecord,
  bad: ReadonlyMap<number, Uint8Array>,
): Promise<{ readonly cleared: readonly number[]; readonly urls: ReadonlySet<string> }> {
  const indices = [...bad.keys()]
  const run = { first: Math.min(...indices), end: Math.max(...indices) + 1 }
  return catalog.use('Giving up bad chunks', (db) =>
    transact(db, { stores: [...chunkStores] }, async (transaction) => {
      const urls = new Set([url])
      const { cleared } = await clearStoredBits(transaction, {
        generation: id,
        run,
        mayGo: (index, page) => bad.get(index)?.join() === checksumOf(page, index).join(),
      })
      const dead = { generation: id, backend, runs: joinRuns(cleared) }
      if (cleared.length > 0) addTombstone(transaction.objectStore('tombstones'), dead)
      // Files are not shared.
      for (const index of backend === 'idb' ? cleared : []) {
        for (const sharer of await disownData(transaction, [id, index])) {
          const sharerUrl = await clearSharer(transaction, sharer)
          if (sharerUrl !== undefined) urls.add(sharerUrl)
        }
      }
      return { cleared, urls }
    }),
  )
}

/**
 * Deletes the data of bad chunks where there is no room to turn their bits off: who reads them finds nothing, which is an
 * ordinary miss. Chunks that share it lose it too.
 *
 * @param indices - ascending.
 * @returns the disks that lost chunks.
 */
export async function deleteBadChunks(
  { catalog, store }: { readonly catalog: CatalogConnection; readonly store: ChunkStore },
  { id, url, backend }: GenerationRecord,
  indices: readonly number[],
): Promise<ReadonlySet<string>> {
  const urls = new Set([url])
  if (backend === 'opfs') {
    for (const run of joinRuns(indices)) await store.dropData(id, run)
    return urls
  }
  await catalog.use('Deleting bad chunks', (db) =>
    transact(db, { stores: [...chunkStores] }, async (transaction) => {
      for (const index of indices) {
        const losers = [[id, index] as ChunkKey, ...(await disownData(transaction, [id, index]))]
        for (const key of losers) {
          unheard(transaction.objectStore('chunks').delete(key))
          unheard(transaction.objectStore('digests').delete(key))
          unheard(transaction.objectStore('shares').delete(key))
          const loser = await transaction.objectStore('generations').get(key[0])
          if (loser !== undefined) urls.add(loser.url)
        }
      }
    }),
  )
  return urls
}

/** @returns the disk that lost a chunk, if one did. */
async function clearSharer(
  transaction: ChunkTransaction,
  [generation, index]: ChunkKey,
): Promise<string | undefined> {
  const run = { first: index, end: index + 1 }
  const { cleared } = await clearStoredBits(transaction, { generation, run })
  if (cleared.length === 0) return undefined
  const dead = { generation, backend: 'idb', runs: [run] } as const
  addTombstone(transaction.objectStore('tombstones'), dead)
  return (await transaction.objectStore('generations').get(generation))?.url
}
